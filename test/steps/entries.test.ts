import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { environment } from '../../steps/contract/environment.ts';
import { fileName, type StepName, steps } from '../../steps/contract/steps.ts';
import { build, image } from './builders.ts';
import { leadTo } from './clients/endpoint.ts';
import * as incidents from './incidents.ts';

/** What each member of a step's input may be; where two steps differ by it, `inputs` says so. */
const members: Readonly<Record<string, unknown>> = {
  ...incidents,
  build,
  image,
  incident: incidents.incident(),
  stages: [incidents.stage],
  execution: {
    name: incidents.release.name,
    arn: 'arn:aws:states:us-east-1:111122223333:execution:example:example',
    startedAt: incidents.minute(0),
  },
  approval: null,
  token: 'example-token',
  watch: null,
  woken: false,
  heal: null,
  smoke: { checks: [], failure: null },
  polls: 0,
  diagnostics: incidents.diagnostics(),
  diagnosis: incidents.diagnosis(),
  recovery: incidents.recovery(),
  moves: [],
  rollback: incidents.settled,
  proof: incidents.proof(),
};
const { name, foundationStack, serviceStack, secretName } = incidents.stage;
const inputs: Partial<Record<StepName, object>> = {
  AcceptTag: { execution: { name: incidents.release.name, startedAt: incidents.minute(0) } },
  HealStack: { inspection: { ...incidents.inspection, heal: { action: 'delete-stack', status: 'ROLLBACK_COMPLETE' } } },
  CloseRelease: { execution: { arn: 'arn:aws:states:us-east-1:111122223333:execution:example:example' } },
  RequestApproval: {
    stages: [incidents.stage],
    execution: { arn: 'arn:aws:states:us-east-1:111122223333:execution:example:example' },
  },
  LockStage: { execution: { arn: 'arn:aws:states:us-east-1:111122223333:execution:example:example' } },
};
const inputOf = (name: StepName) => {
  const names = Object.keys(steps[name].input.shape);
  return { ...Object.fromEntries(names.map((member) => [member, members[member]])), ...inputs[name] };
};

/** Steps that have an answer although AWS refuses: the failure path must not be held up, and one look at alarms may fail. */
const unmoved: readonly StepName[] = ['CollectDiagnostics', 'Diagnose', 'Report', 'ProveRollback', 'WatchAlarms'];

type Handler = (event: unknown) => Promise<unknown>;
const entryOf = async (name: string) => ((await import(`../../steps/${fileName(name)}.lambda.ts`)) as { handler: Handler }).handler;

/** An AWS that refuses everything and counts who asked. */
let calls = 0;
const aws = createServer((request, response) => {
  calls++;
  request.resume().once('end', () => {
    const type = 'AccessDeniedException';
    const isXml = !request.headers['x-amz-target'];
    const body = isXml
      ? `<ErrorResponse><Error><Type>Sender</Type><Code>${type}</Code><Message>example</Message></Error></ErrorResponse>`
      : JSON.stringify({ __type: type, message: 'example' });
    response.writeHead(403, { 'content-type': isXml ? 'text/xml' : 'application/x-amz-json-1.1' }).end(body);
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  leadTo({ endpoint: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`, accessKeyId: 'example', secretAccessKey: 'example' });
  for (const variable of new Set(Object.values(environment).flat())) process.env[variable] = `example-${variable.toLowerCase()}`;
  process.env['SOURCE'] = JSON.stringify({ host: 'codecommit', repository: 'example-webhook' });
  process.env['APPROVALS'] = JSON.stringify({ fourEyes: false, pushers: {} });
  process.env['TOPIC_ARN'] = 'arn:aws:sns:us-east-1:111122223333:example';
  process.env['STAGES'] = JSON.stringify([{ name, foundationStack, serviceStack, secretName }]);
});
afterAll(() => new Promise((resolve) => aws.close(resolve)));
beforeEach(() => {
  calls = 0;
});

describe.each(Object.keys(steps) as StepName[])('the entry of %s', (name) => {
  it('asks AWS nothing for an input that does not fit the contract', async () => {
    const handler = await entryOf(name);
    await expect(handler({ ...inputOf(name), stranger: true })).rejects.toMatchObject({ name: 'ContractBroken' });
    expect(calls).toBe(0);
  });

  it('hands an input that fits to its step, and AWS hears of it', async () => {
    const handler = await entryOf(name);
    const ended = await handler(inputOf(name)).then(
      () => null,
      (error: Error) => error,
    );
    expect(ended?.name).not.toBe('ContractBroken');
    if (!unmoved.includes(name)) expect(ended).toBeInstanceOf(Error);
    expect(calls).toBeGreaterThan(0);
  });
});

describe.each(Object.keys(environment).filter((name) => !(name in steps)))('the entry of %s', (name) => {
  it('refuses an event that is none of its own', async () => {
    const handler = await entryOf(name);
    await expect(handler({ example: true })).rejects.toMatchObject({ name: 'ZodError' });
    expect(calls).toBe(0);
  });
});
