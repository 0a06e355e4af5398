import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { parse } from 'yaml';
import type { RehearsalResult } from '../../cli/rehearse.ts';
import type { LoggedCall } from '../../rehearsal/call-log.ts';
import { pushedTag } from '../../steps/contract/source.ts';
import { hasAwsCli } from './aws-cli.ts';
import type { CopyOfTree } from './copy-of-tree.ts';
import { gitHubSource, gitHubTree } from './github-tree.ts';
import { environmentOf } from './join.ts';
import { patience, type Running, startRehearsal } from './run-release.ts';

const tag = 'v1.4.0-rc.1';
const { repository, subject } = gitHubSource;

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** One world, one release that GitHub triggers, and everything that must not become another. */
describe('tags of GitHub', () => {
  let copy: CopyOfTree;
  let running: Running;
  let result: RehearsalResult;
  let endpoint: string;
  let region: string;
  let operator: Keys;
  let machine: string;
  let role: string;

  beforeAll(async () => {
    copy = gitHubTree();
    const file = join(copy.folder, 'result.json');
    running = startRehearsal(copy.folder, '--tag', tag, '--json', file, '--keep');
    await running.untilSays('Still running');
    result = JSON.parse(readFileSync(file, 'utf8')) as RehearsalResult;
    const environment = environmentOf(copy.folder);
    endpoint = environment['AWS_ENDPOINT_URL'] ?? '';
    region = environment['AWS_REGION'] ?? '';
    operator = { accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '' };
    const starts = calls().filter(({ operation }) => operation === 'StartExecution');
    machine = starts[0]?.permissions[0]?.resource ?? '';
    role = calls().find(({ operation }) => operation === 'PutEvents')?.principal ?? '';
  }, patience);
  afterAll(async () => {
    running.interrupt();
    await running.ended;
    copy.remove();
  }, patience);

  const calls = (): LoggedCall[] => {
    const [home = ''] = execFileSync('ls', [join(copy.folder, '.local', 'rehearsals')], { encoding: 'utf8' }).split('\n');
    const text = readFileSync(join(copy.folder, '.local', 'rehearsals', home, 'calls.jsonl'), 'utf8').trim();
    return text.split('\n').map((line) => JSON.parse(line) as LoggedCall);
  };
  const at = (credentials: Keys = operator) => ({ endpoint, region, credentials });

  /** The token of a run of some workflow. */
  const token = async (claims: Record<string, string> = {}) => {
    const asked = new URLSearchParams({ repository, subject, ref: `refs/tags/${tag}`, ...claims });
    return (await fetch(`${endpoint}/_github/token?${asked}`)).text();
  };
  const assume = async (WebIdentityToken: string): Promise<Keys> => {
    const client = new STSClient({ endpoint, region });
    const input = { RoleArn: role, RoleSessionName: 'release-tag', WebIdentityToken };
    const { Credentials: keys } = await client.send(new AssumeRoleWithWebIdentityCommand(input)).finally(() => client.destroy());
    return { accessKeyId: keys?.AccessKeyId ?? '', secretAccessKey: keys?.SecretAccessKey ?? '', sessionToken: keys?.SessionToken };
  };

  const commit = () => copy.commit;
  const told = (detail: object = {}, entry: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
    EventBusName: pushedTag.busName,
    Source: pushedTag.source,
    DetailType: pushedTag.detailType,
    Detail: JSON.stringify({ repository, tag, commit: commit(), actor: 'octocat', ...detail }),
    ...entry,
  });
  const put = async (keys: Keys, ...Entries: PutEventsRequestEntry[]) => {
    const client = new EventBridgeClient(at(keys));
    return client.send(new PutEventsCommand({ Entries })).finally(() => client.destroy());
  };
  const executions = async () => {
    const client = new SFNClient(at());
    const found = await client.send(new ListExecutionsCommand({ stateMachineArn: machine })).finally(() => client.destroy());
    return found.executions ?? [];
  };
  /** Waits until an execution whose name begins so has ended. */
  const ended = (name: string) =>
    eventually(async () => (await executions()).find((each) => each.name?.startsWith(name) && each.status !== 'RUNNING'));
  const recordsOf = async (name: string) => {
    const client = new DynamoDBClient(at());
    const ExpressionAttributeValues = { ':tag': { S: `RELEASE#${name}` } };
    const query = new QueryCommand({ TableName: 'release', KeyConditionExpression: 'pk = :tag', ExpressionAttributeValues });
    const { Items = [] } = await client.send(query).finally(() => client.destroy());
    return Items.map((item) => Object.fromEntries(Object.entries(item).map(([key, value]) => [key, Object.values(value)[0]])));
  };
  /** Lines of the starter's log that hold a text. */
  const starterSaid = async (text: string) => {
    const client = new CloudWatchLogsClient(at());
    const { events = [] } = await client
      .send(new FilterLogEventsCommand({ logGroupName: '/release/steps/start-release' }))
      .finally(() => client.destroy());
    return events.flatMap(({ message = '' }) => (message.includes(text) ? [message] : []));
  };
  async function eventually<Found>(look: () => Promise<Found | undefined | false>): Promise<Found> {
    for (const end = Date.now() + patience / 4; Date.now() < end; await sleep(250)) {
      const found = await look();
      if (found) return found;
    }
    throw new Error(`it was not seen: ${look}`);
  }

  describe('a pushed pre-release', () => {
    it('is released by the event of its workflow, through the bus and the starter', () => {
      expect(result).toMatchObject({ tag, outcome: 'released', cause: null });
      const way = calls().filter(({ operation }) => ['AssumeRoleWithWebIdentity', 'PutEvents', 'StartExecution'].includes(operation));
      expect(way.slice(0, 3).map(({ operation, outcome }) => [operation, outcome])).toEqual([
        ['AssumeRoleWithWebIdentity', 'ok'],
        ['PutEvents', 'ok'],
        ['StartExecution', 'ok'],
      ]);
      expect(way[0]?.principal).toBe('anonymous');
      expect(role).toMatch(/:role\/ReleaseMachine-TriggerGitHubRole/);
      expect(way[2]?.principal).toMatch(/:role\/ReleaseMachine-StartReleaseRole/);
      expect(calls().filter(({ service }) => service === 'codecommit')).toEqual([]);
    });

    it('ends, released, before the stage that takes no pre-release, and says so', async () => {
      expect(result.stages.map(({ name, outcome }) => [name, outcome])).toEqual([['staging', 'released']]);
      expect(result.endsBefore).toBe('prod');
      expect(result.serving).toEqual({ staging: '1.4.0-rc.1', prod: null });
      expect(running.stdout).toContain(`✓ ${tag} is released to staging; prod takes no tag like it.`);
      expect(await recordsOf(tag)).toMatchObject([
        { outcome: 'released', endsBefore: 'prod', pushedBy: 'github:octocat', commit: commit() },
      ]);
    });
  });

  describe('a token', () => {
    it.each([
      ['of a branch', { ref: 'refs/heads/main' }],
      ['of a tag that is no release', { ref: 'refs/tags/nightly' }],
      ['of another repository', { repository: 'stranger/webhook', subject: 'repo:stranger@7/webhook@8' }],
      ['of the same names under other ids', { subject: 'repo:example@7/webhook@8' }],
      ['without ids', { subject: 'repo:example/webhook' }],
    ])('%s is lent nothing', async (_, claims) => {
      await expect(assume(await token(claims))).rejects.toMatchObject({ name: 'AccessDenied' });
    });

    it('for another audience is none', async () => {
      await expect(assume(await token({ audience: 'https://github.com/example' }))).rejects.toThrow('Incorrect token audience');
    });
  });

  describe('the role of the workflow', () => {
    it.each([
      ['another kind of event', { DetailType: 'Release Outcome' }],
      ['an event of another source', { Source: 'release.other' }],
      ['an event on the default bus', { EventBusName: 'default' }],
    ])('may not put %s', async (_, entry) => {
      await expect(put(await assume(await token()), told({}, entry))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    });

    it('may not put two events of which one is of another kind', async () => {
      const both = [told(), told({}, { DetailType: 'Release Outcome' })];
      await expect(put(await assume(await token()), ...both)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    });

    it('may not start the machine itself', async () => {
      const client = new SFNClient(at(await assume(await token())));
      const start = client.send(new StartExecutionCommand({ stateMachineArn: machine, input: '{}' })).finally(() => client.destroy());
      await expect(start).rejects.toMatchObject({ name: 'AccessDeniedException' });
    });
  });

  it('nobody may speak in the name of AWS', async () => {
    const { Entries } = await put(operator, told({}, { Source: 'aws.codecommit' }));
    expect(Entries?.[0]?.ErrorCode).toBe('NotAuthorizedForSourceException');
  });

  describe('an event that is put with every right', () => {
    let keys: Keys;
    beforeAll(async () => {
      keys = await assume(await token());
    });

    it('ten times starts nothing twice, and each time leaves a line', async () => {
      const { FailedEntryCount } = await put(keys, ...Array.from({ length: 10 }, () => told()));
      expect(FailedEntryCount).toBe(0);
      await eventually(async () => (await starterSaid(`${tag}-${commit().slice(0, 7)}-1 already ran or runs`)).length >= 10);
      expect((await executions()).filter(({ name }) => name?.startsWith(tag))).toHaveLength(1);
    });

    it(
      'claims a tag that the host does not have: refused, on record',
      async () => {
        await put(keys, told({ tag: 'v9.9.9' }));
        expect(await ended('v9.9.9-')).toMatchObject({ status: 'FAILED' });
        expect(await recordsOf('v9.9.9')).toMatchObject([{ outcome: 'not-released', cause: 'TagMoved', confirmed: false }]);
      },
      patience,
    );

    it(
      'claims another commit for a tag: refused, on record, and the tag stays what it is',
      async () => {
        await put(keys, told({ commit: 'b'.repeat(40) }));
        expect(await ended(`${tag}-bbbbbbb-2`)).toMatchObject({ status: 'FAILED' });
        const [first, second] = await recordsOf(tag);
        expect(first).toMatchObject({ outcome: 'released', commit: commit() });
        expect(second).toMatchObject({ outcome: 'not-released', cause: 'TagMoved', commit: 'b'.repeat(40) });
      },
      patience,
    );

    it('claims another repository: nothing starts, and a line says whose tag it is', async () => {
      await put(keys, told({ repository: 'stranger/webhook', tag: 'v8.0.0' }));
      await eventually(async () => (await starterSaid('v8.0.0 is a tag of stranger/webhook, not of example/webhook')).length > 0);
      expect((await executions()).filter(({ name }) => name?.startsWith('v8.0.0'))).toEqual([]);
    });

    it(
      'cannot be read: it ends in the queue that calls a person',
      async () => {
        await put(keys, told({ commit: 'main', tag: 'v7.0.0' }));
        const stack = new CloudFormationClient(at());
        const { StackResourceDetail } = await stack
          .send(new DescribeStackResourceCommand({ StackName: 'ReleaseMachine', LogicalResourceId: await queueId() }))
          .finally(() => stack.destroy());
        const queue = new SQSClient(at());
        const receive = new ReceiveMessageCommand({ QueueUrl: StackResourceDetail?.PhysicalResourceId, VisibilityTimeout: 0 });
        const [message] = await eventually(async () => (await queue.send(receive)).Messages).finally(() => queue.destroy());
        expect(message?.Body).toContain('v7.0.0');
      },
      patience,
    );
  });

  /** Logical id of the trigger's dead-letter queue, as the template has it. */
  async function queueId(): Promise<string> {
    const template = join(copy.folder, '.local', 'assemblies');
    const found = execFileSync('grep', ['-rhoE', 'TriggerUndelivered[0-9A-F]{8}', template, '--include=ReleaseMachine.template.json'], {
      encoding: 'utf8',
    });
    return found.split('\n')[0]!;
  }

  const tools = hasAwsCli && spawnSync('jq', ['--version']).status === 0 && existsSync('/bin/bash');
  if (!tools) process.stderr.write('There is no aws, jq or bash on this machine: the script of the workflow file is not run.\n');
  const ifTools = tools ? it : () => {};
  ifTools(
    'is put by the very script of the workflow file',
    async () => {
      const { jobs } = parse(readFileSync(join(copy.folder, '.github', 'workflows', 'release-tag.yml'), 'utf8')) as {
        jobs: Record<string, { steps: { run?: string }[] }>;
      };
      const script = Object.values(jobs)
        .flatMap(({ steps }) => steps.flatMap(({ run = '' }) => run))
        .join('\n');
      // The one command that speaks to GitHub: what it would print.
      const commands = join(copy.folder, '.local', 'commands');
      mkdirSync(commands);
      writeFileSync(join(commands, 'gh'), `#!/bin/sh\necho ${commit()}\n`, { mode: 0o755 });
      const { accessKeyId, secretAccessKey, sessionToken = '' } = await assume(await token());
      const name = `v6.0.0"$(touch hacked)'`;
      const ran = spawnSync('bash', ['-e', '-c', script], {
        cwd: copy.folder,
        encoding: 'utf8',
        env: {
          PATH: `${commands}:${process.env['PATH']}`,
          HOME: process.env['HOME'],
          AWS_ENDPOINT_URL: endpoint,
          AWS_REGION: region,
          AWS_DEFAULT_REGION: region,
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          AWS_SESSION_TOKEN: sessionToken,
          REPOSITORY: repository,
          ACTOR: 'octocat',
          TAG: name,
        },
      });
      expect(ran).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('"FailedEntryCount": 0') });
      expect(existsSync(join(copy.folder, 'hacked'))).toBe(false);
      // It arrives as it is, and is refused as no version.
      expect(await ended('v6.0.0_')).toMatchObject({ status: 'FAILED' });
      expect(await recordsOf(name)).toMatchObject([{ tag: name, cause: 'TagMalformed' }]);
    },
    patience,
  );
});
