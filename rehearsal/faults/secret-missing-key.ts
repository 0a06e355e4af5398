import { changeSecret, withoutAppDefinition } from './change-secret.ts';
import type { Fault } from './fault.ts';

/** The first night: a key was absent, tasks failed for more than 40 minutes, and nobody was told which. */
export const secretMissingKey: Fault = {
  name: 'secret-missing-key',
  summary: "the stage's secret lacks app_definition_id",
  cause: 'SecretKeyMissing',
  failedStep: 'ValidateSecret',
  on: 'first-deploy',
  history: { seconds: 2400, words: '40 minutes of hanging' },
  inject(context) {
    changeSecret(context, withoutAppDefinition);
    return {};
  },
};
