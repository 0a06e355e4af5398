import { changeSecret } from './change-secret.ts';
import type { Fault } from './fault.ts';

/** Every key is there, and the value of one is the name of the secret that holds it. */
export const secretWrongValue: Fault = {
  name: 'secret-wrong-value',
  summary: "the stage's secret has its own name as its app_definition_id",
  cause: 'SecretValueInvalid',
  failedStep: 'ValidateSecret',
  on: 'first-deploy',
  inject(context) {
    changeSecret(context, (secret) => ({ ...secret, app_definition_id: context.stage.secretName }));
    return {};
  },
};
