/** Looks at the deployment once. In: release, stage, image, inspection, deployment, watch, polls. Out: Watch. Fails: DeploymentReverted, DeploymentStalled, or why tasks stop. Safe to repeat. */
import { logReader } from './clients/log-reader.ts';
import { logged } from './clients/logged.ts';
import { services } from './clients/services.ts';
import { stacks } from './clients/stacks.ts';
import { entry } from './contract/entry.ts';
import { watchDeployment } from './watch-deployment.ts';

const ports = { stacks, services, logs: logReader };

export const handler = logged(
  'WatchDeployment',
  entry('WatchDeployment', (input) => watchDeployment(input, ports)),
);
