import type { DenialView } from '../contract/evidence-ports.ts';
import type { Incident } from '../contract/steps.ts';
import type { SourceDefinition, SourcePorts } from './diagnostic-sources.ts';
import type { Facts } from './incident-facts.ts';
import { asJson } from './once.ts';

/** CloudTrail answers two such questions a second in an account. */
const tasksAsked = 5;
const deliveryMinutes = 15;

/**
 * What AWS refused to the roles of this deployment: CloudFormation's, and those of the newest tasks, which call under the id of their task.
 * A refused call often fails without a word in any log.
 */
export function denialSource(incident: Incident, { tasks }: Facts, { denials, now, persistently }: SourcePorts): SourceDefinition {
  const since = incident.deployment?.startedAt ?? incident.execution.startedAt;
  // CloudFormation calls under one name for every stack of the account: names of roles begin with their stack's.
  const { serviceStack = '', foundationStack = '' } = incident.stage ?? {};
  const ofStage = ({ who }: DenialView) => [serviceStack, foundationStack].some((stack) => who.includes(`:assumed-role/${stack}-`));
  const newestTasks = async () => (await tasks()).slice(0, tasksAsked).map(({ taskArn }) => taskArn.split('/').at(-1) ?? '');
  return {
    source: 'access-denial',
    seconds: 60,
    gather: async (bundle, deadline) => {
      const found: DenialView[] = [];
      // Without the tasks there is still what CloudFormation was refused.
      let late = 0;
      for (const session of ['AWSCloudFormation', ...(await newestTasks().catch(() => []))]) {
        if (deadline.left() === 0) late += 1;
        else found.push(...(await persistently(() => denials.ofSession(session, since))).filter(ofStage));
      }
      if (late > 0) await bundle.miss('access-denial', `what ${late} sessions were refused: the time was up`);
      const edge = new Date(now().getTime() - deliveryMinutes * 60_000).toISOString();
      await bundle.note(
        'access-denial',
        `CloudTrail delivers up to ${deliveryMinutes} minutes late: what was refused after ${edge} may not be here yet, and calls on data (objects, messages) never are`,
      );
      await bundle.put('access-denial', 'access-denials.json', asJson(found));
    },
  };
}
