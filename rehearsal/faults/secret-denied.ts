import type { Fault } from './fault.ts';

/** The secret is encrypted with a key of another team, whose policy does not know the pipeline. */
export const secretDenied: Fault = {
  name: 'secret-denied',
  summary: "the stage's secret is encrypted with a key that the pipeline may not use",
  cause: 'SecretAccessDenied',
  failedStep: 'ValidateSecret',
  on: 'first-deploy',
  inject({ cloud: { secretsmanager, world }, stage }) {
    const key = `arn:aws:kms:${world.region}:${world.account}:key/00000000-0000-0000-0000-000000000000`;
    return { mend: secretsmanager.encrypt(stage.secretName, key) };
  },
};
