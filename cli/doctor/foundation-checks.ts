import { readinessOf } from '../../steps/checks/readiness.ts';
import { checkStage } from '../../steps/checks/secret.ts';
import { checkAgainstContract } from '../../steps/checks/secret-contract.ts';
import { ReleaseError } from '../../steps/contract/errors.ts';
import type { Artefacts } from '../../steps/contract/release.ts';
import type { World } from '../world.ts';
import type { Facts } from './facts.ts';
import { type Finding, ok, problem } from './finding.ts';

/** What people deploy for a stage, and what its service reads. */

export async function checkFoundation({ stage, foundation, outputs }: Facts): Promise<Finding> {
  const deploy = `npx cdk deploy ${stage.foundationStack}`;
  const view = await foundation();
  if (!view) return problem(`there is no stack ${stage.foundationStack}`, deploy);
  if (readinessOf(view.status) !== 'settled')
    return problem(
      `${stage.foundationStack} is ${view.status}${view.reason && ` (${view.reason})`}`,
      `aws cloudformation describe-stack-events --stack-name ${stage.foundationStack}`,
    );
  try {
    return ok(`${stage.foundationStack} is ${view.status}; the service answers at ${(await outputs()).ServiceUrl}`);
  } catch (error) {
    // The stack itself was described: what is wrong with it are its outputs.
    return problem((error as Error).message.replace(/ Next: .*$/s, ''), deploy);
  }
}

export async function checkSampleKey({ stage, outputs }: Facts, { sampleKeys }: Pick<World, 'sampleKeys'>): Promise<Finding> {
  const { SampleKeyAlias: alias } = await outputs();
  const deploy = `npx cdk deploy ${stage.foundationStack}`;
  const key = await sampleKeys.describe(alias);
  if (!key) return problem(`no key stands behind ${alias}: no smoke test can sign its samples`, deploy);
  const { state, spec, usage } = key;
  if (state !== 'Enabled')
    return problem(`the key behind ${alias} is ${state}, expected Enabled`, `aws kms describe-key --key-id ${alias}`);
  if (spec !== 'ECC_NIST_P256' || usage !== 'SIGN_VERIFY')
    return problem(`the key behind ${alias} is ${spec} for ${usage}, expected ECC_NIST_P256 for SIGN_VERIFY`, deploy);
  return ok(`${alias} is Enabled and signs`);
}

/** By the pipeline's own rules, then by the contract that the build of what runs exported. Keys are named, values never. */
export async function checkSecret(facts: Facts, world: Pick<World, 'secrets' | 'stacks' | 'objects'>): Promise<Finding> {
  const { proven } = await facts.state();
  const wrong = await secretProblems(facts, proven?.artefacts ?? null, world);
  const [first] = wrong;
  if (first) return problem(wrong.map(({ name, message }) => `${name}: ${message}`).join(' '), `npx release incident ${first.name}`);
  const judged = proven ? `the contract of ${proven.tag}` : 'the rules of this checkout; nothing is proven here, so there is no contract';
  return ok(`${facts.stage.secretName} and the Quilt stack fit ${judged}`);
}

/** What a person can mend; whatever else goes wrong is thrown. @param artefacts of the tag whose contract counts; null for the pipeline's rules alone */
export async function secretProblems(
  { stage }: Pick<Facts, 'stage'>,
  artefacts: Artefacts | null,
  { secrets, stacks, objects }: Pick<World, 'secrets' | 'stacks' | 'objects'>,
): Promise<ReleaseError[]> {
  const verdict = await checkStage(stage, { secrets, stacks });
  if (!verdict.ok) return verdict.problems;
  if (!artefacts) return [];
  const [{ text }, contract] = await Promise.all([
    secrets.read(stage.secretName),
    objects.get(artefacts.bucket, `${artefacts.prefix}/secret-contract.json`),
  ]);
  try {
    checkAgainstContract({ name: stage.secretName, text: text ?? '' }, contract);
    return [];
  } catch (error) {
    if (error instanceof ReleaseError) return [error];
    // A parser quotes what it was given.
    if (error instanceof SyntaxError) throw new Error('the secret or its contract is no JSON');
    throw error;
  }
}
