import type { Fault } from './fault.ts';

/** The first night: a key was absent, tasks failed for more than 40 minutes, and nobody was told which. */
export const secretMissingKey: Fault = {
  name: 'secret-missing-key',
  summary: "the stage's secret lacks app_definition_id",
  cause: 'SecretKeyMissing',
  on: 'first-deploy',
  inject({ cloud, stage }) {
    const secret = JSON.parse(cloud.secretsmanager.read(stage.secretName).text) as Record<string, unknown>;
    const { app_definition_id: _, ...rest } = secret;
    cloud.secretsmanager.put(stage.secretName, JSON.stringify(rest));
    return {};
  },
};
