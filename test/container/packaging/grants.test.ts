import { App, Stack } from 'aws-cdk-lib';
import { packagingStatements } from '../../../app-stack/packaging-statements.ts';
import { bucket, canvasId, ExamplePackaging, entryId, taskRole } from './example-packaging.ts';
import { largeMember } from './large-export.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
}

const account = '111122223333';
const stack = new Stack(new App(), 'Example', { env: { account, region: 'us-east-1' } });
const packaging = packagingStatements(stack, {
  dataBucketName: bucket,
  packagerQueueArn: `arn:aws:sqs:us-east-1:${account}:example-packager`,
}).map((statement) => inWords(statement.toStatementJson()));
// Granted beside them, for the sample: the service's role has it anyway.
const listing = { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` };

function inWords(statement: object): Statement {
  return JSON.parse(JSON.stringify(stack.resolve(statement), joined)) as Statement;
}

/** The one intrinsic that is left is the partition. */
function joined(_key: string, value: unknown): unknown {
  const join = (value as { 'Fn::Join'?: [string, unknown[]] } | undefined)?.['Fn::Join'];
  return join ? join[1].map((part) => (typeof part === 'string' ? part : 'aws')).join(join[0]) : value;
}

let running: ExamplePackaging;
beforeAll(async () => {
  running = await ExamplePackaging.start({ statements: [...packaging, listing] });
  running.standIn.parts.athena.packagesView('example', bucket, []);
  running.tenant.exports.set(entryId, () => [largeMember('large.txt', 9 * 2 ** 20)]);
}, 60_000);
afterAll(() => running.stop());

it("packages an entry and draws a canvas with the task's rights, and uses all of them but the one for uploads that fail", async () => {
  expect((await running.process({ kind: 'press-button', canvasId, buttonId: 'update-package' })).error).toBeUndefined();
  expect(running.canvas()['linked']?.value).toContain('None.');
  const granted = packaging.flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : []));
  const asked = running.standIn.iam.asked().flatMap(({ role, action }) => (role.endsWith(`/${taskRole}`) ? action : []));
  expect(granted.filter((action) => !asked.includes(action))).toEqual(['s3:AbortMultipartUpload']);
});

it('may write neither into the registry nor beside the packages', async () => {
  const principal = await running.standIn.iam.assume(`arn:aws:iam::${account}:role/${taskRole}`, 'ecs-tasks.amazonaws.com');
  const writing = (key: string) =>
    running.standIn.iam.authorize(principal, { action: 's3:PutObject', resource: `arn:aws:s3:::${bucket}/${key}` });
  await expect(writing('benchling/EXP-1/entry.json')).resolves.toBeUndefined();
  for (const key of ['.quilt/packages/example', '.quilt/named_packages/benchling/EXP-1/latest', 'example.txt'])
    await expect(writing(key)).rejects.toThrow('is not authorized to perform: s3:PutObject');
});
