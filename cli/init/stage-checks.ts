import type { StageEntry } from '../../pipeline/config.ts';
import { collected, readQuilt, readSecret } from '../../steps/checks/secret.ts';
import { secretKeys } from '../../steps/checks/secret-keys.ts';
import { ReleaseError } from '../../steps/contract/errors.ts';
import { type Finding, missing, ok, problem } from '../doctor/finding.ts';
import type { Surroundings } from './surroundings.ts';

/** What belongs to people and must stand before the first release. */

/** Keys and kinds are named, values never: judged by the rules that the service itself reads its secret with. */
export async function checkStageSecret(stage: StageEntry, { secrets }: Pick<Surroundings, 'secrets'>): Promise<Finding> {
  const read = await collected(readSecret(stage, { secrets }));
  if (!(read instanceof ReleaseError)) return ok(`${stage.secretName} holds ${secretKeys(read.text).join(', ')}`);
  if (read.name === 'SecretNotFound')
    return missing(read.message, `aws secretsmanager create-secret --name ${stage.secretName} --secret-string file://secret.json`);
  // Not to be allowed to look says nothing of the secret.
  if (read.name === 'SecretAccessDenied') throw read;
  return problem(read.message, `aws secretsmanager put-secret-value --secret-id ${stage.secretName} --secret-string file://secret.json`);
}

export async function checkQuiltStack(stage: StageEntry, { stacks }: Pick<Surroundings, 'stacks'>): Promise<Finding> {
  const read = await collected(readQuilt(stage, { stacks }));
  if (read instanceof ReleaseError) return problem(read.message, `aws cloudformation describe-stacks --stack-name ${stage.quiltStackArn}`);
  return ok(`catalog ${read.catalog}, database ${read.database}, queue ${read.queueUrl ?? read.queueArn}`);
}

/** The service's role is scoped to this bucket, and the service writes into the one that its secret names: said only whether they are one. */
export async function checkDataBucket(
  stage: StageEntry,
  { buckets, secrets, region }: Pick<Surroundings, 'buckets' | 'secrets' | 'region'>,
): Promise<Finding> {
  const { dataBucketName } = stage;
  const at = await buckets.regionOf(dataBucketName);
  const look = `aws s3api get-bucket-location --bucket ${dataBucketName}`;
  if (at === null) return missing(`there is no bucket ${dataBucketName}`, look);
  const secret = await readSecret(stage, { secrets }).catch(() => null);
  if (secret && secret.config.user_bucket !== dataBucketName)
    return problem(`${dataBucketName} is not the user_bucket of ${stage.secretName}: the service may not write into that one`, look);
  const where = at !== '' && at !== region ? `it is in ${at}` : `it is in ${region}`;
  return ok(`${where}${secret ? `; the user_bucket of ${stage.secretName}` : '; the secret could not be compared'}`);
}

export async function checkPackagerQueue(stage: StageEntry, { queues, stacks }: Pick<Surroundings, 'queues' | 'stacks'>): Promise<Finding> {
  const { packagerQueueArn } = stage;
  const [, , , , account = '', name = ''] = packagerQueueArn.split(':');
  const look = `aws sqs get-queue-url --queue-name ${name} --queue-owner-aws-account-id ${account}`;
  if (!(await queues.exists(packagerQueueArn))) return missing(`there is no queue ${packagerQueueArn}`, look);
  const quilt = await readQuilt(stage, { stacks }).catch(() => null);
  const exported = quilt && (quilt.queueArn ?? quilt.queueUrl ?? '');
  if (exported !== null && exported.split(/[:/]/).at(-1) !== name)
    return problem(`the Quilt stack's packager queue is ${exported}, not ${packagerQueueArn}`, look);
  return ok(exported === null ? 'it is there; the Quilt stack could not be compared' : 'it is there, and the Quilt stack names it');
}
