import type { Config } from '../../pipeline/config.ts';
import { type Check, type Finding, finding, ok } from '../doctor/finding.ts';
import { deployedByPeople } from '../init/next.ts';
import { checkBootstrap, checkPlace } from '../init/pipeline-checks.ts';
import type { Surroundings } from '../init/surroundings.ts';
import { checkConcurrency, checkDeployedImage, checkNotifications, checkPresented, checkUpdate } from './account-checks.ts';
import type { Checkout } from './checkout.ts';
import { sourceChecks } from './source-checks.ts';
import { checkInstalledStack } from './stack-check.ts';

/** Looks at an installed pipeline beside the checkout that it was deployed from. Changes nothing. */
export async function examineInstallation(config: Config, around: Surroundings, checkout: Checkout): Promise<Check[]> {
  const checks: [string, () => Promise<Finding> | Finding][] = [
    ['versions', () => ok(`this checkout is ${checkout.version}; Node ${process.versions.node}`)],
    ['account and region', () => checkPlace(config, around)],
    ['CDK bootstrap', () => checkBootstrap(around)],
    ...deployedByPeople(config).map((name): [string, () => Promise<Finding>] => [name, () => checkInstalledStack(name, around, checkout)]),
    ['last update', () => checkUpdate(around)],
    ...sourceChecks(config, around),
    ['base image', () => checkDeployedImage(around)],
    ['notifications', () => checkNotifications(around)],
    ...config.stages.map((stage): [string, () => Promise<Finding>] => [`${stage.name}: certificate`, () => checkPresented(stage, around)]),
    ['functions at once', () => checkConcurrency(around)],
  ];
  return Promise.all(checks.map(async ([name, check]) => ({ name, ...(await finding(async () => check())) })));
}
