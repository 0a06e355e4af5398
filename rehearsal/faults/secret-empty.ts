import type { Fault } from './fault.ts';

/** The secret was made by a stack and left to people, who forgot it. */
export const secretEmpty: Fault = {
  name: 'secret-empty',
  summary: "the stage's secret was created and never filled",
  cause: 'SecretEmpty',
  failedStep: 'ValidateSecret',
  on: 'first-deploy',
  inject({ cloud, stage }) {
    cloud.secretsmanager.empty(stage.secretName);
    return {};
  },
};
