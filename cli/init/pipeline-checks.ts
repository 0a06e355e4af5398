import type { Config } from '../../pipeline/config.ts';
import { type Finding, missing, ok, problem, warning } from '../doctor/finding.ts';
import { bootstrapCommand } from './next.ts';
import type { Surroundings } from './surroundings.ts';

/** What the whole pipeline stands on. */

/** CDK's own stack. Deploying needs it in the region of everything else. */
const bootstrapStack = 'CDKToolkit';
/** The oldest with which the pinned CDK deploys; its assemblies say so. */
export const bootstrapVersion = 8;

/** All ARNs of the table must lie where the caller works: the service reads its secret and its Quilt stack in its own region. */
export async function checkPlace(config: Config, { region, caller }: Pick<Surroundings, 'region' | 'caller'>): Promise<Finding> {
  const arn = await caller();
  const account = arn.split(':')[4] ?? '';
  const arns = config.stages.flatMap(({ quiltStackArn, packagerQueueArn }) => [quiltStackArn, packagerQueueArn]);
  const elsewhere = arns.filter((each) => each.split(':')[3] !== region || each.split(':')[4] !== account);
  return elsewhere.length === 0
    ? ok(`${account} in ${region}, as ${arn}`)
    : problem(`${elsewhere.join(', ')}: not of ${account} in ${region}, where ${arn} works`, 'aws sts get-caller-identity');
}

export async function checkBootstrap({ stacks, caller, region }: Pick<Surroundings, 'stacks' | 'caller' | 'region'>): Promise<Finding> {
  const view = await stacks.describe(bootstrapStack);
  if (!view) return missing(`there is no stack ${bootstrapStack}: CDK cannot deploy here yet`, bootstrapCommand(await caller(), region));
  const version = Number(view.outputs['BootstrapVersion'] ?? 0);
  if (version < bootstrapVersion)
    return problem(
      `${bootstrapStack} is of version ${version}, expected ${bootstrapVersion} or later`,
      bootstrapCommand(await caller(), region),
    );
  return ok(`${bootstrapStack} is ${view.status}, version ${version}`);
}

export async function checkRepository(
  { repository }: Pick<Config, 'repository'>,
  { repositories }: Pick<Surroundings, 'repositories'>,
): Promise<Finding> {
  const url = await repositories.cloneUrl(repository);
  return url === null
    ? missing(`CodeCommit has no repository ${repository}`, `aws codecommit create-repository --repository-name ${repository}`)
    : ok(`git pushes to ${url}`);
}

/** By its name alone: which image it is today is the registry's to say, at each build. */
export function checkBaseImage({ baseImage }: Pick<Config, 'baseImage'>): Finding {
  return /@sha256:[0-9a-f]{64}$/.test(baseImage)
    ? ok(`${baseImage} is pinned`)
    : warning(`${baseImage} is no digest: two builds of one commit may differ`, `docker buildx imagetools inspect ${baseImage}`);
}
