import { ClusterNotFoundException, InvalidParameterException } from '@aws-sdk/client-ecs';
import { saying } from '../../sdk-words.ts';
import type { Ecs } from '../ecs.ts';

/** @returns the cluster's name */
export function clusterOf(ecs: Ecs, cluster?: string): string {
  const name = ecs.clusterName(cluster);
  if (!ecs.clusters.has(name)) throw new ClusterNotFoundException(saying('Cluster not found.'));
  return name;
}

export function atMost(what: string, list: readonly unknown[], most: number): void {
  if (list.length === 0) throw new InvalidParameterException(saying(`${what} cannot be empty.`));
  if (list.length > most) throw new InvalidParameterException(saying(`${what} can have at most ${most} items.`));
}

/** What Describe calls say of things that are not there. */
export const missing = (arn: string) => ({ arn, reason: 'MISSING' });
