import { parseSecret, parseStackArn, quiltOutputs, type SecretConfig, type StackArn } from '../../container/src/config/index.ts';
import { ReleaseError } from '../contract/errors.ts';
import type { SecretReader, Stacks } from '../contract/ports.ts';
import type { StageConfig } from '../contract/release.ts';
import type { Stage } from '../contract/stage.ts';

export interface SecretPorts {
  secrets: SecretReader;
  stacks: Pick<Stacks, 'describe'>;
}

/** What a stage's secret and Quilt stack say. `secret` stays in memory: only `config` may travel. */
export interface StageFacts {
  config: StageConfig;
  secret: SecretConfig;
  stack: StackArn;
}
export type StageVerdict = { ok: true; facts: StageFacts } | { ok: false; problems: ReleaseError[] };

/** Judges the secret and the Quilt stack of one stage by the service's own rules. Collects what a person can mend; throws all else. */
export async function checkStage(stage: Stage, ports: SecretPorts): Promise<StageVerdict> {
  const [secret, quilt] = await Promise.all([collected(readSecret(stage, ports)), collected(readQuilt(stage, ports))]);
  if (secret instanceof ReleaseError || quilt instanceof ReleaseError) {
    return { ok: false, problems: [secret, quilt].filter((found) => found instanceof ReleaseError) };
  }
  const config: StageConfig = {
    stage: stage.name,
    secretArn: secret.arn,
    secretVersionId: secret.versionId,
    tenant: secret.config.tenant,
    bucket: secret.config.user_bucket,
    database: quilt.database,
    catalog: quilt.catalog,
    queue: quilt.queueUrl ?? quilt.queueArn ?? '',
  };
  return { ok: true, facts: { config, secret: secret.config, stack: quilt.stack } };
}

/** The current secret of a stage, parsed. Throws ReleaseError Secret…. */
export async function readSecret(stage: Stage, { secrets }: Pick<SecretPorts, 'secrets'>) {
  const { arn, versionId, text } = await secrets.read(stage.secretName);
  const verdict = parseSecret(text ?? '');
  if (!verdict.ok) throw new ReleaseError(verdict.cause, `${stage.name}: ${verdict.message} Secret: ${stage.secretName}.`);
  return { arn, versionId, text: text ?? '', config: verdict.config };
}

/** What the service takes of the Quilt stack of a stage. Throws ReleaseError QuiltOutputMissing. */
export async function readQuilt(stage: Stage, { stacks }: Pick<SecretPorts, 'stacks'>) {
  const refuse = (message: string) => new ReleaseError('QuiltOutputMissing', `${stage.name}: ${message}`);
  const stack = parseStackArn(stage.quiltStackArn);
  if (!stack.ok) throw refuse(`the Quilt stack's ARN ${stage.quiltStackArn} ${stack.rule}.`);
  const view = await stacks.describe(stage.quiltStackArn);
  if (!view) throw refuse(`there is no Quilt stack ${stage.quiltStackArn}.`);
  const verdict = quiltOutputs(view.outputs);
  if (!verdict.ok) throw refuse(verdict.message);
  return { ...verdict, stack };
}

/** What work gives, or the contract error that it throws: several are told at once. Any other error is thrown on. */
export async function collected<Value>(work: Promise<Value>): Promise<Value | ReleaseError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ReleaseError) return error;
    throw error;
  }
}
