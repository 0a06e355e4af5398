import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { pushedTag } from '../../steps/contract/source.ts';
import type { GitHub } from './github.ts';

export interface WorkflowRun {
  /** Of the stand-in for AWS. */
  readonly endpoint: string;
  readonly region: string;
  /** Role that the repository's variable RELEASE_ROLE_ARN names. */
  readonly roleArn: string;
  /** `owner/name` */
  readonly repository: string;
  /** What the subject of its tokens begins with. @default - by the repository's name */
  readonly subject?: string;
  readonly tag: string;
}

/** Does what a run of `.github/workflows/release-tag.yml` does for a pushed tag, by the same calls. Throws when AWS refuses one. */
export async function tellOfTag(github: GitHub, { endpoint, region, roleArn, repository, subject, tag }: WorkflowRun): Promise<void> {
  const actor = 'octocat';
  const commit = await github.commitOf(repository, `refs/tags/${tag}`);
  const token = await github.issuer.issue({ repository, subject, ref: `refs/tags/${tag}`, actor });
  const sts = new STSClient({ endpoint, region });
  const assume = new AssumeRoleWithWebIdentityCommand({ RoleArn: roleArn, RoleSessionName: 'release-tag', WebIdentityToken: token });
  const { Credentials } = await sts.send(assume).finally(() => sts.destroy());
  const Detail = JSON.stringify({ repository, tag, commit, actor });
  const { busName: EventBusName, source: Source, detailType: DetailType } = pushedTag;
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken } = Credentials ?? {};
  const client = new EventBridgeClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey, sessionToken } });
  const { Entries, FailedEntryCount } = await client
    .send(new PutEventsCommand({ Entries: [{ EventBusName, Source, DetailType, Detail }] }))
    .finally(() => client.destroy());
  if (FailedEntryCount) throw new Error(`the bus refused the event: ${Entries?.[0]?.ErrorCode}: ${Entries?.[0]?.ErrorMessage}`);
}
