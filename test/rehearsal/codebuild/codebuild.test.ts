import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetBuildsCommand, type Build, CodeBuildClient, StartBuildCommand, StopBuildCommand } from '@aws-sdk/client-codebuild';
import * as s3 from '@aws-sdk/client-s3';
import { CodeBuild } from '../../../rehearsal/aws/codebuild/codebuild.ts';
import { CodeCommit } from '../../../rehearsal/aws/codecommit/codecommit.ts';
import { git } from '../../../rehearsal/aws/codecommit/git.ts';
import type { CloudEvent, Permission, Principal, Properties, Service } from '../../../rehearsal/aws/kernel.ts';
import { createWire, type Wire } from '../../../rehearsal/aws/wire/server.ts';
import { type ExampleWorld, exampleWorld } from '../example-world.ts';

const role = 'arn:aws:iam::111122223333:role/example-build';
const operator = 'arn:aws:iam::111122223333:user/operator';
const settings = { region: 'us-east-1', credentials: { accessKeyId: 'operator', secretAccessKey: 'example' } };
const at = { stackName: 'Example', stackId: 'example', logicalId: 'Project', signal: new AbortController().signal, tags: {} };

let world: ExampleWorld;
let wire: Wire;
let codecommit: CodeCommit;
let codebuild: CodeBuild;
let client: CodeBuildClient;
let checkout: string;
let events: CloudEvent[];
let objects: Map<string, string>;
let lines: string[];
let denied: string[];
let news: EventEmitter;
/** Repositories that were read through a connection. */
let connections: string[];

beforeEach(async () => {
  world = exampleWorld();
  events = [];
  objects = new Map();
  lines = [];
  denied = [];
  news = new EventEmitter();
  connections = [];
  const authorize = async (principal: Principal, { action, resource }: Permission) => {
    if (denied.includes(action)) throw new Error(`${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`);
  };
  const iam = {
    assume: async (arn: string, via: string) => ({ arn, via }),
    authorize,
    credentials: async () => ({ AWS_ACCESS_KEY_ID: 'builder', AWS_SECRET_ACCESS_KEY: 'example', AWS_SESSION_TOKEN: 'example' }),
  };
  const emit = (event: CloudEvent) => {
    events.push(event);
    news.emit('news');
  };
  codecommit = new CodeCommit(world, { emit: () => {} });
  checkout = mkdtempSync(join(world.home, 'checkout-'));
  // GitHub holds the same commits: what differs is who may read them, and how.
  const connected = {
    checkout: (repository: string, version: string, into: string) => {
      connections.push(repository);
      return codecommit.checkout('example', version, into);
    },
  };
  codebuild = new CodeBuild(world, { sources: codecommit, connected, iam, emit, packages: checkout });
  const authority = { principal: (id: string) => ({ arn: id === 'builder' ? role : operator }), authorize };
  wire = createWire(world, authority, [codebuild.service, codecommit.service, logService(), objectService()]);
  world.listensAt(await wire.listen());
  client = new CodeBuildClient({ ...settings, endpoint: world.endpoint() });
  await git(['init', '--quiet', '--initial-branch=main'], checkout);
});

afterEach(async () => {
  client.destroy();
  await codebuild.close();
  await wire.close();
  world.remove();
});

/** Log lines and objects as AWS's own services would take them. */
function logService(): Service {
  const anyone = () => [];
  return {
    signingName: 'logs',
    sdk: logs,
    client: new logs.CloudWatchLogsClient(settings),
    handlers: {
      CreateLogStream: () => ({}),
      PutLogEvents: ({ logEvents }) => {
        for (const { message } of logEvents) lines.push(message);
        news.emit('news');
        return {};
      },
    },
    permissions: { CreateLogStream: anyone, PutLogEvents: anyone },
  };
}

function objectService(): Service {
  return {
    signingName: 's3',
    sdk: s3,
    client: new s3.S3Client(settings),
    prefixLabel: 'Bucket',
    handlers: {
      PutObject: async ({ Bucket, Key, Body }, { principal }) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of Body) chunks.push(chunk);
        objects.set(`${Bucket}/${Key}`, `${Buffer.concat(chunks)} by ${principal.arn}`);
        return { ETag: '"example"' };
      },
    },
    permissions: { PutObject: ({ Bucket, Key }) => [{ action: 's3:PutObject', resource: `arn:aws:s3:::${Bucket}/${Key}` }] },
  };
}

async function commit(files: Record<string, string>): Promise<string> {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(checkout, path), text);
  await git(['add', '--all'], checkout);
  await git(['commit', '--quiet', '--message', 'Change an example'], checkout);
  return codecommit.seed('example', checkout, 'HEAD');
}

function commitWithFolder(spec: string): Promise<string> {
  mkdirSync(join(checkout, 'sub'), { recursive: true });
  return commit({ 'buildspec.yml': spec, 'sub/file': 'example' });
}

function writeModule(text: string): void {
  mkdirSync(join(checkout, 'node_modules'), { recursive: true });
  writeFileSync(join(checkout, 'node_modules', 'example.js'), text);
}

async function project(properties: Properties = {}): Promise<void> {
  await codebuild.provisioners['AWS::CodeBuild::Project']?.create(
    {
      Name: 'example',
      ServiceRole: role,
      Source: { Type: 'CODECOMMIT', Location: 'https://git-codecommit.us-east-1.amazonaws.com/v1/repos/example' },
      Artifacts: { Type: 'S3', Location: 'example-artefacts', Name: '/', Packaging: 'NONE' },
      Environment: {
        Type: 'LINUX_CONTAINER',
        Image: 'aws/codebuild/standard:7.0',
        ComputeType: 'BUILD_GENERAL1_SMALL',
        EnvironmentVariables: [{ Name: 'GREETING', Value: 'from the project' }],
      },
      ...properties,
    },
    at,
  );
}

async function finished(id: string): Promise<Build> {
  await until(() => events.some(({ detail }) => isEnd(detail as Record<string, string>, id)));
  const { builds } = await client.send(new BatchGetBuildsCommand({ ids: [id] }));
  return builds?.[0] ?? {};
}

const isEnd = (detail: Record<string, string>, id: string) =>
  detail['build-id']?.endsWith(id) === true && detail['build-status'] !== 'IN_PROGRESS';

/** Resolves once the condition holds; asked again at each event and each log line. */
function until(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!condition()) return;
      news.off('news', look);
      resolve();
    };
    news.on('news', look);
    look();
  });
}

async function start(overrides: Record<string, string> = {}, sourceVersion?: string): Promise<string> {
  const environmentVariablesOverride = Object.entries(overrides).map(([name, value]) => ({ name, value }));
  const { build } = await client.send(new StartBuildCommand({ projectName: 'example', sourceVersion, environmentVariablesOverride }));
  return build?.id ?? '';
}

const build = async (overrides?: Record<string, string>, sourceVersion?: string) => finished(await start(overrides, sourceVersion));
const phases = (done: Build) => Object.fromEntries((done.phases ?? []).map((phase) => [phase.phaseType, phase.phaseStatus]));
const contextOf = (done: Build, phaseType: string) => done.phases?.find((phase) => phase.phaseType === phaseType)?.contexts?.[0];

describe('a source at GitHub', () => {
  const Resource = 'arn:aws:codeconnections:us-east-1:111122223333:connection/11111111-1111-1111-1111-111111111111';
  const Source = { Type: 'GITHUB', Location: 'https://github.com/example/webhook.git', Auth: { Type: 'CODECONNECTIONS', Resource } };

  it('is read through the connection, at the commit that was asked for', async () => {
    const first = await commit({ 'buildspec.yml': 'version: 0.2\nphases: {}\n' });
    await commit({ 'buildspec.yml': 'no buildspec' });
    await project({ Source });
    expect(await build({}, first)).toMatchObject({ buildStatus: 'SUCCEEDED', resolvedSourceVersion: first });
    expect(connections).toEqual(['example/webhook']);
  });

  it.each(['codeconnections:GetConnection', 'codeconnections:GetConnectionToken'])('is not read without %s', async (action) => {
    await commit({ 'buildspec.yml': 'version: 0.2\nphases: {}\n' });
    await project({ Source });
    denied = [action];
    expect(contextOf(await build(), 'DOWNLOAD_SOURCE')?.message).toContain(
      `is not authorized to perform: ${action} on resource: ${Resource}`,
    );
  });

  it('needs a connection, and an address of GitHub', async () => {
    const { Auth: _, ...anonymous } = Source;
    await expect(project({ Source: anonymous })).rejects.toThrow('Auth');
    await expect(project({ Source: { ...Source, Location: 'https://example.com/example/webhook' } })).rejects.toThrow(
      'expected an address of GitHub',
    );
  });
});

describe('a build', () => {
  it('runs the buildspec of the asked commit in one shell and gives what it exports', async () => {
    const spec = (greeting: string) => `
version: 0.2
env:
  exported-variables: [RESULT, MERELY_SET]
phases:
  install:
    commands:
      - cd sub
      - remembered=${greeting}
      - double() { echo "$1$1"; }
  build:
    commands:
      - RESULT=$(double "$remembered")
      - export RESULT
      - MERELY_SET=example
      - |
        pwd > ../where
        echo "$CODEBUILD_RESOLVED_SOURCE_VERSION $HOME" >> ../where
artifacts:
  files: ['**/*']
  base-directory: .
`;
    const old = await commitWithFolder(spec('old'));
    await commitWithFolder(spec('new'));
    await project();
    const done = await build({}, old);
    expect(done).toMatchObject({ buildStatus: 'SUCCEEDED', resolvedSourceVersion: old, currentPhase: 'COMPLETED' });
    expect(done.exportedEnvironmentVariables).toEqual([{ name: 'RESULT', value: 'oldold' }]);
    const where = objects.get('example-artefacts/where') ?? '';
    expect(where).toMatch(new RegExp(`/src/sub\\n${old} ${world.home}.*/home\\n by ${role}`));
  });

  it('shows the phases with their outcome and puts its output into the log', async () => {
    await commit({ 'buildspec.yml': 'version: 0.2\nphases:\n  build:\n    commands: [echo hello, echo trouble >&2]\n' });
    await project();
    const done = await build();
    expect(Object.keys(phases(done))).toEqual([
      'SUBMITTED',
      'QUEUED',
      'PROVISIONING',
      'DOWNLOAD_SOURCE',
      'INSTALL',
      'PRE_BUILD',
      'BUILD',
      'POST_BUILD',
      'UPLOAD_ARTIFACTS',
      'FINALIZING',
      'COMPLETED',
    ]);
    expect(lines).toEqual(
      expect.arrayContaining(['hello', 'trouble', expect.stringMatching(/^\[Container\] .* Running command echo hello$/)]),
    );
    expect(done.logs).toMatchObject({ groupName: '/aws/codebuild/example', streamName: done.id?.split(':')[1] });
  });

  it('says which command failed, skips what must not follow, and still runs finally and POST_BUILD', async () => {
    const text = `
version: 0.2
phases:
  build:
    commands: ['echo one', 'sh -c "exit 7"', 'echo never']
    finally: ['echo finally']
  post_build:
    commands: ['echo succeeding=$CODEBUILD_BUILD_SUCCEEDING']
`;
    await commit({ 'buildspec.yml': text });
    await project();
    const done = await build();
    expect(done.buildStatus).toBe('FAILED');
    expect(phases(done)).toMatchObject({ BUILD: 'FAILED', POST_BUILD: 'SUCCEEDED', UPLOAD_ARTIFACTS: 'SUCCEEDED' });
    expect(contextOf(done, 'BUILD')).toEqual({
      statusCode: 'COMMAND_EXECUTION_ERROR',
      message: 'Error while executing command: sh -c "exit 7". Reason: exit status 7',
    });
    expect(lines).toEqual(expect.arrayContaining(['one', 'finally', 'succeeding=0']));
    expect(lines).not.toContain('never');
  });

  it('ends after INSTALL when that failed, even when the command ended the shell itself', async () => {
    await commit({ 'buildspec.yml': 'version: 0.2\nphases:\n  install:\n    commands: [exit 3]\n  build:\n    commands: [echo never]\n' });
    await project();
    const done = await build();
    expect(contextOf(done, 'INSTALL')?.message).toBe('Error while executing command: exit 3. Reason: exit status 3');
    expect(Object.keys(phases(done))).not.toContain('BUILD');
    expect(done.buildStatus).toBe('FAILED');
  });

  it('sees the variables of the call before those of the project and of the buildspec, and none of the host', async () => {
    process.env.EXAMPLE_OF_THE_HOST = 'leaked';
    const text = `
version: 0.2
env:
  variables: { GREETING: from the buildspec, OTHER: kept }
phases:
  build:
    commands: ['echo "$GREETING, $OTHER, $CALL, \${EXAMPLE_OF_THE_HOST:-clean}, $AWS_ENDPOINT_URL"']
`;
    await commit({ 'buildspec.yml': text });
    await project();
    await build({ CALL: 'from the call' });
    await build({ GREETING: 'overridden', CALL: '' });
    delete process.env.EXAMPLE_OF_THE_HOST;
    expect(lines).toContain(`from the project, kept, from the call, clean, ${world.endpoint()}`);
    expect(lines).toContain(`overridden, kept, , clean, ${world.endpoint()}`);
  });

  it('puts its artifacts where the call says, in place of where the project says', async () => {
    await commit({ 'buildspec.yml': 'version: 0.2\nphases: {}\nartifacts: { files: [buildspec.yml] }\n' });
    await project();
    const artifactsOverride = {
      type: 'S3',
      location: 'example-elsewhere',
      path: 'artefacts/v1.4.0',
      name: '2',
      namespaceType: 'NONE',
      packaging: 'NONE',
    } as const;
    const { build: started } = await client.send(new StartBuildCommand({ projectName: 'example', artifactsOverride }));
    const done = await finished(started?.id ?? '');
    expect([...objects.keys()]).toEqual(['example-elsewhere/artefacts/v1.4.0/2/buildspec.yml']);
    expect(done.artifacts?.location).toBe('arn:aws:s3:::example-elsewhere/artefacts/v1.4.0/2');
    const zipped = new StartBuildCommand({ projectName: 'example', artifactsOverride: { ...artifactsOverride, packaging: 'ZIP' } });
    await expect(client.send(zipped)).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringContaining('only NONE'),
    });
  });

  it('raises its event at the start and at the end', async () => {
    await commit({ 'buildspec.yml': 'version: 0.2\nphases: {}\n' });
    await project();
    const done = await build();
    const details = events.map((event) => event.detail as Record<string, unknown>);
    expect(details.map((detail) => detail['build-status'])).toEqual(['IN_PROGRESS', 'SUCCEEDED']);
    expect(details[1]).toMatchObject({ 'project-name': 'example', 'build-id': done.arn });
  });

  it('leaves nothing of its home and of its commands, and frees its place', async () => {
    await commit({ 'buildspec.yml': 'version: 0.2\nphases: {}\n' });
    await project();
    await build();
    expect(readdirSync(world.home).filter((name) => name.startsWith('build-'))).toEqual([]);
  });

  const doing = (commands: string) => `version: 0.2\nphases:\n  build:\n    commands: ['${commands}']\n`;
  const src = (place: string) => join(world.home, 'hosts', place, 'src');

  it('goes on from the source of an earlier one and from what tsx compiled there, and finds nothing else of it', async () => {
    const look = 'pwd; ls -a; ls -i kept; cat tracked; git tag; ls "$TMPDIR"; cat "$TMPDIR/tsx-0"';
    const leave = 'for file in "$TMPDIR/tsx-0" "$TMPDIR/other" left ignored; do echo compiled > "$file"; done; rm tracked; git tag left';
    await commit({ 'buildspec.yml': doing(`${look}; ${leave}`), kept: 'kept\n', tracked: 'first\n', '.gitignore': 'ignored' });
    await project();
    await build();
    const seen = (from: number) => lines.slice(from).filter((line) => !line.startsWith('[Container]'));
    const first = seen(0);
    const begun = lines.length;
    await commit({ tracked: 'second\n' });
    await build();
    const second = seen(begun);
    expect(first).toContain('first');
    expect(second).toEqual(expect.arrayContaining([src('build-1'), 'second', 'tsx-0', 'compiled']));
    // The very same file: what did not change is not written again.
    expect(second).toContain(first.find((line) => / kept$/.test(line)));
    for (const left of ['left', 'ignored', 'other', 'first']) expect(second).not.toContain(left);
  });

  it('begins anew where an earlier one was killed in the midst of git', async () => {
    await commit({ 'buildspec.yml': doing('cat tracked; touch .git/index.lock'), tracked: 'first\n' });
    await project();
    await build();
    await commit({ tracked: 'second\n' });
    expect(await build()).toMatchObject({ buildStatus: 'SUCCEEDED' });
    expect(lines).toContain('second');
  });

  it('has a place of its own beside another', async () => {
    const gate = join(world.home, 'gate');
    spawnSync('mkfifo', [gate]);
    await commit({ 'buildspec.yml': doing(`pwd; cat ${gate}`) });
    await project();
    const ids = [await start(), await start()];
    await until(() => lines.includes(src('build-1')) && lines.includes(src('build-2')));
    await writeFile(gate, '');
    expect(await Promise.all(ids.map(finished))).toMatchObject([{ buildStatus: 'SUCCEEDED' }, { buildStatus: 'SUCCEEDED' }]);
  });

  it('is ended with all it started when it is stopped', async () => {
    const text = `version: 0.2\nphases:\n  build:\n    commands: ['sleep 600 & echo "pid $!"; wait']\n  post_build:\n    commands: [echo never]\n`;
    await commit({ 'buildspec.yml': text });
    await project();
    const id = await start();
    const pid = () => lines.find((line) => /^pid \d+$/.test(line))?.slice(4);
    await until(() => pid() !== undefined);
    await client.send(new StopBuildCommand({ id }));
    const done = await finished(id);
    expect(done.buildStatus).toBe('STOPPED');
    expect(phases(done)).toMatchObject({ BUILD: 'STOPPED' });
    expect(lines).not.toContain('never');
    // Where nothing reaps orphans, what was killed stays as a zombie.
    expect(spawnSync('ps', ['-o', 'stat=', '-p', pid() ?? '']).stdout.toString()).toMatch(/^(Z.*\s*)?$/);
  });
});

describe('what is not supported is refused by name', () => {
  it.each([
    [
      'an unknown key of a phase',
      'version: 0.2\nphases:\n  build:\n    run-as: root\n',
      'phases.build.run-as is not supported by this stand-in',
    ],
    ['a cache', 'version: 0.2\nphases: {}\ncache: { paths: [x] }\n', 'cache is not supported by this stand-in'],
    ['version 0.1', 'version: 0.1\nphases: {}\n', 'expected 0.2'],
  ])('in the buildspec: %s', async (_what, text, message) => {
    await commit({ 'buildspec.yml': text });
    await project();
    const done = await build();
    expect(contextOf(done, 'DOWNLOAD_SOURCE')).toMatchObject({ statusCode: 'YAML_FILE_ERROR', message: expect.stringContaining(message) });
  });

  it('in the project', async () => {
    await expect(project({ VpcConfig: {}, Triggers: {} })).rejects.toThrow(/VpcConfig is not supported.*; Triggers is not supported/);
    await expect(project({ Source: { Type: 'BITBUCKET', Location: 'x' } })).rejects.toThrow('only CODECOMMIT and GITHUB are supported');
  });

  it('in the call', async () => {
    await commit({ 'buildspec.yml': 'version: 0.2\nphases: {}\n' });
    await project();
    const command = new StartBuildCommand({ projectName: 'example', imageOverride: 'example' });
    await expect(client.send(command)).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringContaining('imageOverride'),
    });
    await expect(client.send(new StartBuildCommand({ projectName: 'absent' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('the role of the project', () => {
  it('must be allowed to pull the source', async () => {
    await commit({ 'buildspec.yml': 'version: 0.2\nphases: {}\n' });
    await project();
    denied = ['codecommit:GitPull'];
    const done = await build();
    expect(contextOf(done, 'DOWNLOAD_SOURCE')?.message).toContain('codecommit:GitPull');
    expect(done.buildStatus).toBe('FAILED');
  });

  it('must be allowed to store the artifacts', async () => {
    await commit({ 'buildspec.yml': 'version: 0.2\nphases: {}\nartifacts: { files: [buildspec.yml] }\n' });
    await project();
    denied = ['s3:PutObject'];
    const done = await build();
    expect(phases(done)).toMatchObject({ UPLOAD_ARTIFACTS: 'FAILED' });
    expect(done.buildStatus).toBe('FAILED');
  });
});

describe('npm in a build', () => {
  const spec = `
version: 0.2
phases:
  install:
    commands: [npm ci]
  build:
    commands:
      - node --print 'require("example")'
`;

  it('reuses the installed packages when the lockfile is the same', async () => {
    await commit({ 'buildspec.yml': spec, 'package-lock.json': '{"example":1}', '.gitignore': 'node_modules' });
    writeModule('module.exports = "the installed example"');
    await project();
    expect((await build()).buildStatus).toBe('SUCCEEDED');
    expect(lines).toContain('the installed example');
  });

  it('stops and says so when the lockfile is another', async () => {
    await commit({ 'buildspec.yml': spec, 'package-lock.json': '{"example":1}', '.gitignore': 'node_modules' });
    writeFileSync(join(checkout, 'package-lock.json'), '{"example":2}');
    await project();
    const done = await build();
    expect(contextOf(done, 'INSTALL')?.message).toBe('Error while executing command: npm ci. Reason: exit status 1');
    expect(lines).toContainEqual(expect.stringMatching(/package-lock.json .* is not the one whose packages are installed/));
  });

  it('hands every other command to the real npm', async () => {
    await commit({ 'buildspec.yml': 'version: 0.2\nphases:\n  build:\n    commands: [npm --version]\n' });
    await project();
    expect((await build()).buildStatus).toBe('SUCCEEDED');
    expect(lines).toContainEqual(expect.stringMatching(/^\d+\.\d+\.\d+$/));
  });
});
