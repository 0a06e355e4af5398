/** A rehearsal in which nobody at the terminal decides, seen by people who join it: each with rights of their own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { fromItem } from '../../steps/clients/attribute-values.ts';
import { type ApprovalRecord, keys, type ReleaseRecord } from '../../steps/contract/records.ts';
import { call, type Key } from '../rehearsal/lambda/sign.ts';
import type { CopyOfTree } from './copy-of-tree.ts';
import { patience } from './run-release.ts';

/** Milliseconds between two looks. */
const look = 200;

interface Joined {
  readonly id: string;
  readonly environment: Record<string, string>;
  readonly approver: Record<string, string>;
}

export class WaitingRelease {
  readonly operator: Key;
  readonly approver: Key;
  /** Of a role without any right. */
  stranger!: Key;
  /** Outputs of the machine stack. */
  pipeline: Record<string, string> = {};
  private readonly copy: CopyOfTree;
  private readonly joined: Joined;

  private constructor(copy: CopyOfTree) {
    this.copy = copy;
    this.joined = JSON.parse(readFileSync(join(copy.folder, '.local', 'endpoint.json'), 'utf8')) as Joined;
    this.operator = keyOf(this.joined.environment);
    this.approver = keyOf(this.joined.approver);
  }

  static async join(copy: CopyOfTree): Promise<WaitingRelease> {
    const self = new WaitingRelease(copy);
    self.pipeline = await self.outputs('ReleaseMachine');
    const sts = new STSClient(self.as(self.operator));
    const RoleArn = (await self.outputs('RehearsalPeople'))['Stranger'];
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'stranger' }));
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    self.stranger = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    return self;
  }

  /** Settings of an AWS client. */
  as(credentials: Key) {
    const { AWS_ENDPOINT_URL: endpoint = '', AWS_REGION: region = '' } = this.joined.environment;
    return { endpoint, region, credentials };
  }

  /** Pushes a tag at the commit with git, as people do. */
  push(tag: string): void {
    const folder = join(this.copy.folder, '.local', 'rehearsals', this.joined.id, 'codecommit');
    const [repository = ''] = readdirSync(folder).filter((name) => name.endsWith('.git'));
    const scratch = mkdtempSync(join(tmpdir(), 'example-push-'));
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: scratch, env: { ...process.env, REHEARSAL_USER: 'operator' }, stdio: 'pipe' });
    git('clone', '--quiet', '--no-checkout', join(folder, repository), '.');
    git('tag', tag, this.copy.commit);
    git('push', '--quiet', 'origin', `refs/tags/${tag}`);
    rmSync(scratch, { recursive: true, force: true });
  }

  /** Calls the endpoint of decisions, signed. */
  see = (tag: string, key: Key) => this.call(`?tag=${tag}`, { key });
  decide = (key: Key, body: object) => this.call('', { key, method: 'POST', body: JSON.stringify(body) });

  private async call(query: string, given: Parameters<typeof call>[1]): Promise<{ status: number; answer: Record<string, unknown> }> {
    const { status, text } = await call(`${this.pipeline['ApprovalUrl']}${query}`, given);
    return { status, answer: JSON.parse(text) as Record<string, unknown> };
  }

  release = (tag: string, attempt = 1) => this.get(keys.release(tag, attempt)) as Promise<ReleaseRecord | null>;
  holder = async (stage: string) => (await this.get(keys.lock(stage)))?.['holder'] as string | undefined;

  /** The request that the tag's attempt waits, or waited, with. */
  async request(tag: string, attempt = 1): Promise<ApprovalRecord | null> {
    const id = (await this.release(tag, attempt))?.approvalId;
    return id === undefined ? null : ((await this.get(keys.approval(id))) as ApprovalRecord | null);
  }

  /** Waits for the attempt to ask. */
  asks = (tag: string, attempt = 1) => this.until(`${tag} asks for approval`, () => this.request(tag, attempt));

  /** Waits for the attempt's end. */
  ends = (tag: string, attempt = 1) =>
    this.until(`${tag} ends`, async () => {
      const found = await this.release(tag, attempt);
      return found && found.outcome !== 'running' ? found : null;
    });

  async until<T>(what: string, seen: () => Promise<T | null | undefined | false>): Promise<T> {
    for (const end = Date.now() + patience; Date.now() < end; await sleep(look)) {
      const found = await seen();
      if (found) return found;
    }
    throw new Error(`${what}: not in time`);
  }

  /** Writes into a request, as only somebody with rights on the table can. */
  async tamper(id: string, attribute: string, value: string): Promise<void> {
    const { pk, sk } = keys.approval(id);
    await this.table().send(
      new UpdateItemCommand({
        TableName: this.pipeline['ReleaseTable'],
        Key: { pk: { S: pk }, sk: { S: sk } },
        UpdateExpression: 'SET #name = :value',
        ExpressionAttributeNames: { '#name': attribute },
        ExpressionAttributeValues: { ':value': { S: value } },
      }),
    );
  }

  /** Whether the stage was ever touched: no release, no stack. */
  async isEmpty(serviceStack: string): Promise<boolean> {
    const client = new CloudFormationClient(this.as(this.operator));
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
    // A change set that waits leaves a stack in review behind, which holds nothing.
    return Stacks.every(
      ({ StackName, StackStatus }) => StackName !== serviceStack || /^(REVIEW_IN_PROGRESS|DELETE_COMPLETE)$/.test(StackStatus ?? ''),
    );
  }

  async get({ pk, sk }: { pk: string; sk: string }): Promise<Record<string, unknown> | null> {
    const input = { TableName: this.pipeline['ReleaseTable'], Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true };
    const { Item } = await this.table().send(new GetItemCommand(input));
    return Item ? fromItem(Item) : null;
  }

  private table = () => new DynamoDBClient(this.as(this.operator));

  private async outputs(StackName: string): Promise<Record<string, string>> {
    const { Stacks = [] } = await new CloudFormationClient(this.as(this.operator)).send(new DescribeStacksCommand({ StackName }));
    return Object.fromEntries((Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  }
}

const keyOf = (environment: Record<string, string>): Key => ({
  accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
  secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
  sessionToken: environment['AWS_SESSION_TOKEN'] ?? '',
});
