import type { Network } from '../contract/evidence-ports.ts';
import type { TaskView } from '../contract/ports.ts';
import { type Bundle, messageOf } from './bundle.ts';
import { asJson } from './once.ts';

/**
 * Whether a task could reach anything: rules of its security groups, routes of its subnets, and the interfaces that still exist. The
 * interface of a stopped task is gone; where ECS put it is not.
 */
export async function collectNetwork(
  cluster: string,
  service: string,
  tasks: () => Promise<readonly TaskView[]>,
  { network }: { network: Network },
  bundle: Bundle,
): Promise<void> {
  const settings = await network.ofService(cluster, service);
  // Without the tasks there are still the subnets in which ECS would start them.
  const known = await tasks().catch((): readonly TaskView[] => []);
  const of = (task: TaskView) => ({ task: task.taskArn, lastStatus: task.lastStatus, ...task.network });
  const living = known.flatMap(({ lastStatus, network: at }) => (at && lastStatus !== 'STOPPED' ? [at] : []));
  const subnets = [...new Set([...(settings?.subnets ?? []), ...living.map(({ subnetId }) => subnetId)])].filter(Boolean);
  const [securityGroups, routes, interfaces] = await Promise.allSettled([
    network.securityGroups(settings?.securityGroups ?? []),
    network.subnets(subnets),
    network.interfaces(living.map(({ interfaceId }) => interfaceId)),
  ]);
  const found = { securityGroups: foundIn(securityGroups), subnets: foundIn(routes), interfaces: foundIn(interfaces) };
  await bundle.put('network', 'network.json', asJson({ ...found, tasks: known.slice(0, 100).map(of) }));
  for (const [what, part] of Object.entries({ 'security groups': securityGroups, routes, interfaces }))
    if (part.status === 'rejected') await bundle.miss('network', `${what}: ${messageOf(part.reason)}`);
}

const foundIn = <T>(part: PromiseSettledResult<T>): T | null => (part.status === 'fulfilled' ? part.value : null);
