import type { Fault } from './fault.ts';

/** The secret was made in another region: here there is none of its name. */
export const secretNotFound: Fault = {
  name: 'secret-not-found',
  summary: "the stage's secret does not exist",
  cause: 'SecretNotFound',
  failedStep: 'ValidateSecret',
  on: 'first-deploy',
  inject({ cloud, stage }) {
    cloud.secretsmanager.remove(stage.secretName);
    return {};
  },
};
