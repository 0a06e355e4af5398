import type { Config } from '../../pipeline/config.ts';
import { type Check, type Finding, finding, unknown } from '../doctor/finding.ts';
import { checkAddress } from './address-checks.ts';
import { checkBaseImage, checkBootstrap, checkPlace, checkRepository } from './pipeline-checks.ts';
import { checkDataBucket, checkPackagerQueue, checkQuiltStack, checkStageSecret } from './stage-checks.ts';
import type { Surroundings } from './surroundings.ts';

type Look = (surroundings: Surroundings) => Promise<Finding>;

/** Everything that the table names and that can be looked at before anything is deployed. Changes nothing; prints no value of a secret. */
export async function lookAround(config: Config, surroundings: Surroundings | null): Promise<Check[]> {
  const looks: [string, Look][] = [
    ['account and region', (around) => checkPlace(config, around)],
    ['CDK bootstrap', checkBootstrap],
    // GitHub is not looked at: the connection and the token are AWS's, but the repository behind them is not.
    ...(config.source.host === 'codecommit' ? [['repository', (around) => checkRepository(config, around)] satisfies [string, Look]] : []),
    ...config.stages.flatMap((stage): [string, Look][] => [
      [`${stage.name}: secret`, (around) => checkStageSecret(stage, around)],
      [`${stage.name}: Quilt stack`, (around) => checkQuiltStack(stage, around)],
      [`${stage.name}: data bucket`, (around) => checkDataBucket(stage, around)],
      [`${stage.name}: address`, (around) => checkAddress(stage, around)],
      [`${stage.name}: packager queue`, (around) => checkPackagerQueue(stage, around)],
    ]),
  ];
  const image = { name: 'base image', ...checkBaseImage(config) };
  return [image, ...(await Promise.all(looks.map(async ([name, look]) => ({ name, ...(await looked(look, surroundings)) }))))];
}

const looked = async (look: Look, surroundings: Surroundings | null): Promise<Finding> =>
  surroundings ? finding(() => look(surroundings)) : unknown('could not be looked at: AWS_REGION is not set');
