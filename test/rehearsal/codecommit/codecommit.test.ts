import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodeCommitClient, GetBranchCommand, GetCommitCommand, GetFileCommand, GetRepositoryCommand } from '@aws-sdk/client-codecommit';
import { CodeCommit } from '../../../rehearsal/aws/codecommit/codecommit.ts';
import { git, gitMaybe } from '../../../rehearsal/aws/codecommit/git.ts';
import type { CloudEvent } from '../../../rehearsal/aws/kernel.ts';
import { createWire, type Wire } from '../../../rehearsal/aws/wire/server.ts';
import { type ExampleWorld, exampleWorld } from '../example-world.ts';

const operator = { arn: 'arn:aws:iam::111122223333:user/operator' };
const authority = { principal: () => operator, authorize: async () => {} };

let world: ExampleWorld;
let wire: Wire;
let codecommit: CodeCommit;
let checkout: string;
let first: string;
let events: CloudEvent[];
let refuse: string | undefined;

beforeEach(async () => {
  world = exampleWorld();
  events = [];
  refuse = undefined;
  codecommit = new CodeCommit(world, {
    emit: (event) => {
      if (refuse) throw new Error(refuse);
      events.push(event);
    },
  });
  wire = createWire(world, authority, [codecommit.service]);
  wire.route('/_codecommit/', codecommit.handle);
  world.listensAt(await wire.listen());
  checkout = mkdtempSync(join(world.home, 'checkout-'));
  await git(['init', '--quiet', '--initial-branch=work'], checkout);
  first = await commit({ 'package.json': '{"version":"1.4.0"}' });
  await codecommit.seed('example', checkout, 'HEAD');
});

afterEach(async () => {
  await wire.close();
  world.remove();
});

async function commit(files: Record<string, string>): Promise<string> {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(checkout, path), text);
  await git(['add', '--all'], checkout);
  await git(['commit', '--quiet', '--message', 'Change an example'], checkout);
  return git(['rev-parse', 'HEAD'], checkout);
}

const client = () =>
  new CodeCommitClient({
    endpoint: world.endpoint(),
    region: 'us-east-1',
    credentials: { accessKeyId: 'operator', secretAccessKey: 'example' },
  });
const tag = (name: string) => gitMaybe(['rev-parse', '--verify', '--quiet', `refs/tags/${name}`], codecommit.cloneUrl('example'));

describe('a pushed tag', () => {
  it('raises exactly one event, in the shape that CodeCommit raises', async () => {
    await codecommit.pushTag({ repositoryName: 'example', tag: 'v1.4.0', commit: first, user: 'example-developer' });
    expect(events).toEqual([
      {
        source: 'aws.codecommit',
        'detail-type': 'CodeCommit Repository State Change',
        resources: ['arn:aws:codecommit:us-east-1:111122223333:example'],
        detail: {
          event: 'referenceCreated',
          repositoryName: 'example',
          repositoryId: codecommit.repository('example').id,
          referenceType: 'tag',
          referenceName: 'v1.4.0',
          referenceFullName: 'refs/tags/v1.4.0',
          commitId: first,
          callerUserArn: 'arn:aws:iam::111122223333:user/example-developer',
        },
      },
    ]);
  });

  it('names the commit when the tag is annotated', async () => {
    await codecommit.pushTag({ repositoryName: 'example', tag: 'v1.4.0', commit: first, message: 'Example release' });
    expect(await tag('v1.4.0')).not.toBe(first);
    expect(events.map((event) => event.detail)).toMatchObject([{ event: 'referenceCreated', commitId: first }]);
  });

  it('is an update with both commits when it moves', async () => {
    await codecommit.pushTag({ repositoryName: 'example', tag: 'v1.4.0', commit: first });
    const second = await commit({ 'package.json': '{"version":"1.4.1"}' });
    await codecommit.seed('example', checkout, second);
    await expect(codecommit.pushTag({ repositoryName: 'example', tag: 'v1.4.0', commit: second })).rejects.toThrow(/already exists/);
    await codecommit.pushTag({ repositoryName: 'example', tag: 'v1.4.0', commit: second, force: true });
    expect(events.slice(1).map((event) => event.detail)).toMatchObject([
      { event: 'referenceUpdated', oldCommitId: first, commitId: second },
    ]);
  });

  it('is a deletion when it is removed', async () => {
    await codecommit.pushTag({ repositoryName: 'example', tag: 'v1.4.0', commit: first });
    await git(['push', '--quiet', codecommit.cloneUrl('example'), ':refs/tags/v1.4.0'], checkout);
    expect(events[1]?.detail).toMatchObject({ event: 'referenceDeleted', oldCommitId: first });
    expect(await tag('v1.4.0')).toBeUndefined();
  });

  it('is refused with the reason, and is gone, when its event cannot be raised', async () => {
    refuse = 'the bus is closed for example';
    const push = codecommit.pushTag({ repositoryName: 'example', tag: 'v1.4.0', commit: first });
    await expect(push).rejects.toThrow(/remote rejected.*could not be raised: 500 the bus is closed for example/s);
    expect(await tag('v1.4.0')).toBeUndefined();
  });

  it('is refused when nothing listens', async () => {
    await wire.close();
    const push = codecommit.pushTag({ repositoryName: 'example', tag: 'v1.4.0', commit: first });
    await expect(push).rejects.toThrow(/could not be raised: .*ECONNREFUSED/s);
    expect(await tag('v1.4.0')).toBeUndefined();
  });

  it('raises one event for each tag of one push', async () => {
    await git(['tag', 'v1.4.0'], checkout);
    await git(['tag', 'v1.4.1'], checkout);
    await git(['push', '--quiet', codecommit.cloneUrl('example'), '--tags'], checkout);
    expect(events.map((event) => (event.detail as { referenceName: string }).referenceName)).toEqual(['v1.4.0', 'v1.4.1']);
  });
});

describe('seeding', () => {
  it('leaves the checkout as it was, raises nothing and takes the committed tree only', async () => {
    writeFileSync(join(checkout, 'package.json'), 'changed but not committed');
    const before = await git(['for-each-ref'], checkout);
    await codecommit.seed('second', checkout, 'HEAD');
    expect(await git(['for-each-ref'], checkout)).toBe(before);
    expect(events).toEqual([]);
    expect(await git(['show', 'main:package.json'], codecommit.cloneUrl('second'))).toBe('{"version":"1.4.0"}');
  });

  it('works from a shallow clone', async () => {
    await commit({ 'package.json': '{"version":"1.5.0"}' });
    const shallow = join(world.home, 'shallow');
    await git(['clone', '--quiet', '--depth=1', `file://${checkout}`, shallow], world.home);
    const head = await codecommit.seed('shallow', shallow, 'HEAD');
    await codecommit.pushTag({ repositoryName: 'shallow', tag: 'v1.5.0', commit: head });
    expect(events.map((event) => event.detail)).toMatchObject([{ commitId: head }]);
    const into = join(world.home, 'build');
    expect(await codecommit.checkout('shallow', 'refs/tags/v1.5.0', into)).toBe(head);
  });
});

describe('the API', () => {
  it('resolves a tag by reading a file at it', async () => {
    await codecommit.pushTag({ repositoryName: 'example', tag: 'v1.4.0', commit: first, message: 'Example release' });
    const file = await client().send(
      new GetFileCommand({ repositoryName: 'example', commitSpecifier: 'refs/tags/v1.4.0', filePath: 'package.json' }),
    );
    expect(file).toMatchObject({ commitId: first, filePath: 'package.json', fileMode: 'NORMAL', fileSize: 19 });
    expect(Buffer.from(file.fileContent ?? []).toString()).toBe('{"version":"1.4.0"}');
  });

  it('answers for repositories, branches and commits', async () => {
    const repository = await client().send(new GetRepositoryCommand({ repositoryName: 'example' }));
    expect(repository.repositoryMetadata).toMatchObject({ repositoryName: 'example', defaultBranch: 'main', accountId: '111122223333' });
    const branch = await client().send(new GetBranchCommand({ repositoryName: 'example', branchName: 'main' }));
    expect(branch.branch).toEqual({ branchName: 'main', commitId: first });
    const { commit } = await client().send(new GetCommitCommand({ repositoryName: 'example', commitId: first }));
    expect(commit).toMatchObject({ commitId: first, parents: [], message: 'Change an example\n', author: { name: 'example' } });
  });

  it('says by name what is not there', async () => {
    const get = (commitSpecifier: string, filePath: string, repositoryName = 'example') =>
      client().send(new GetFileCommand({ repositoryName, commitSpecifier, filePath }));
    await expect(get('refs/tags/v9.9.9', 'package.json')).rejects.toMatchObject({ name: 'CommitDoesNotExistException' });
    await expect(get('refs/heads/main', 'absent.json')).rejects.toMatchObject({ name: 'FileDoesNotExistException' });
    await expect(get('refs/heads/main', 'package.json', 'absent')).rejects.toMatchObject({ name: 'RepositoryDoesNotExistException' });
    await expect(client().send(new GetBranchCommand({ repositoryName: 'example', branchName: 'absent' }))).rejects.toMatchObject({
      name: 'BranchDoesNotExistException',
    });
    await expect(client().send(new GetCommitCommand({ repositoryName: 'example', commitId: 'main' }))).rejects.toMatchObject({
      name: 'InvalidCommitIdException',
    });
  });
});

describe('the template resource', () => {
  it('gives the id, the ARN and the address, and keeps what was seeded before', async () => {
    const at = { stackName: 'Example', stackId: 'example', logicalId: 'Repository', signal: new AbortController().signal, tags: {} };
    const provisioner = codecommit.provisioners['AWS::CodeCommit::Repository'];
    const { physicalId, attributes } = (await provisioner?.create({ RepositoryName: 'example' }, at)) ?? {};
    expect(physicalId).toBe(codecommit.repository('example').id);
    expect(attributes).toMatchObject({ Arn: codecommit.arn('example'), Name: 'example' });
    expect(await git(['rev-parse', 'main'], codecommit.cloneUrl('example'))).toBe(first);
  });
});
