import type { StageEntry } from '../../pipeline/config.ts';
import { readinessOf } from '../../steps/checks/readiness.ts';
import { type Finding, missing, ok, problem, warning } from '../doctor/finding.ts';
import { checkCertificate } from '../init/address-checks.ts';
import { subscribeCommand } from '../init/next.ts';
import { checkBaseImage } from '../init/pipeline-checks.ts';
import type { Surroundings } from '../init/surroundings.ts';

/**
 * Functions that run at once when a release fails at its worst: a step, and the flight recorder once for each stopped task. New accounts may
 * begin with 10 in all, which the recorder's burst alone would use up.
 */
const concurrencyWanted = 50;
/** Months without an update after which the packages and the Node runtime of the functions should be looked at. */
const staleAfterDays = 180;
/** Deployed by whoever wants the pipeline to follow its main. */
const selfUpdateStack = 'ReleaseSelfUpdate';

/** What the pipeline shares with everything else in the account. */

export async function checkNotifications({ stacks, subscriptions }: Pick<Surroundings, 'stacks' | 'subscriptions'>): Promise<Finding> {
  const topic = await stacks.resource('ReleaseStores', 'AWS::SNS::Topic');
  if (!topic) return missing('ReleaseStores has no topic', 'npx cdk deploy ReleaseStores');
  const { confirmed, pending } = await subscriptions.of(topic.physicalId);
  if (confirmed.length === 0)
    return warning(
      `nobody hears of a failed release${pending.length > 0 ? `; not confirmed yet: ${pending.join(', ')}` : ''}`,
      subscribeCommand,
    );
  if (pending.length > 0)
    return warning(
      `${confirmed.join(', ')} hear of a failed release; not confirmed yet: ${pending.join(', ')}`,
      `aws sns list-subscriptions-by-topic --topic-arn ${topic.physicalId}`,
    );
  return ok(`${confirmed.join(', ')} hear of a failed release`);
}

export async function checkConcurrency({ limits }: Pick<Surroundings, 'limits'>): Promise<Finding> {
  const most = await limits.concurrency();
  return most >= concurrencyWanted
    ? ok(`${most} functions of this account may run at once`)
    : warning(
        `${most} functions of this account may run at once; a release that fails may want ${concurrencyWanted}: ask AWS for more (Service Quotas, lambda, L-B99A9384)`,
        'aws lambda get-account-settings',
      );
}

/** The parameter that was deployed, which may be another than the table's. */
export async function checkDeployedImage({ stacks }: Pick<Surroundings, 'stacks'>): Promise<Finding> {
  const view = await stacks.describe('ReleaseMachine');
  const baseImage = view?.parameters['BaseImage'];
  if (!baseImage) return missing('the stack ReleaseMachine names no base image', 'npx cdk deploy ReleaseMachine');
  return checkBaseImage({ baseImage });
}

/** Who keeps the machine current: the stack that does it from main, where somebody deployed one, else people. */
export async function checkUpdate({ stacks }: Pick<Surroundings, 'stacks'>, now = new Date()): Promise<Finding> {
  const [machine, updater] = await Promise.all(['ReleaseMachine', selfUpdateStack].map((name) => stacks.describe(name)));
  if (!machine) return missing('the machine was never deployed', 'npx cdk deploy ReleaseMachine');
  const readiness = readinessOf(updater?.status ?? null);
  if (updater && readiness !== 'absent' && readiness !== 'settled')
    return problem(
      `${selfUpdateStack} is ${updater.status}${updater.reason && ` (${updater.reason})`}`,
      `aws cloudformation describe-stack-events --stack-name ${selfUpdateStack}`,
    );
  const by = readiness === 'settled' ? `${selfUpdateStack} keeps it current from main` : 'people update it';
  if (machine.lastUpdated === null) return ok(`AWS tells no time of the last update; ${by}`);
  const days = Math.floor((now.getTime() - Date.parse(machine.lastUpdated)) / 86_400_000);
  const when = `the machine was last updated ${machine.lastUpdated}`;
  return days > staleAfterDays ? warning(`${when}, ${days} days ago; ${by}`, 'npx cdk diff ReleaseMachine') : ok(`${when}; ${by}`);
}

/** What the stage's load balancer presents: the certificate of the table, else the one that its foundation made. */
export async function checkPresented(
  { address, foundationStack }: Pick<StageEntry, 'address' | 'foundationStack'>,
  around: Pick<Surroundings, 'stacks' | 'certificates' | 'hostedZones' | 'region'>,
): Promise<Finding> {
  if (!address) return missing('the table names no address: a stage is called by HTTPS only', 'npx release init');
  const made =
    address.certificateArn ?? (await around.stacks.resource(foundationStack, 'AWS::CertificateManager::Certificate'))?.physicalId;
  if (!made) return missing(`${foundationStack} has no certificate`, `npx cdk deploy ${foundationStack}`);
  return checkCertificate(made, address.domain, around);
}
