/** The service's configuration as pure functions: no AWS SDK, no process.env. The pipeline's steps judge a secret with these. */
export {
  type SmokeExpectations,
  type SmokeField,
  type SmokeProbe,
  type SmokeRefusal,
  type SmokeSample,
  type SmokeSource,
  type SmokeValue,
  smokeExpectations,
} from './expectations.ts';
export { mask, maskAccounts } from './mask.ts';
export type { SecretConfig } from './parameters.ts';
export { type Quilt, type QuiltVerdict, queueNames, quiltOutputs } from './quilt-outputs.ts';
export { parseSecret, SECRET_CLASS_KEYS, type SecretCause, type SecretProblem, type SecretVerdict, secretContract } from './secret.ts';
export { parseStackArn, type StackArn } from './stack-arn.ts';
