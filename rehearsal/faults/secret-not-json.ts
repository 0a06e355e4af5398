import type { Fault } from './fault.ts';

/** Somebody pasted the lines of a .env file. */
export const secretNotJson: Fault = {
  name: 'secret-not-json',
  summary: "the stage's secret is a list of lines, not JSON",
  cause: 'SecretMalformed',
  failedStep: 'ValidateSecret',
  on: 'first-deploy',
  inject({ cloud, stage }) {
    cloud.secretsmanager.put(stage.secretName, `tenant=example-${stage.name}\nlog_level=INFO\n`);
    return {};
  },
};
