import { eachOf } from '../steps/checks/deadline.ts';
import { accessDenials as denials } from '../steps/clients/access-denials.ts';
import { clock } from '../steps/clients/clock.ts';
import { healthChecks } from '../steps/clients/health-checks.ts';
import { imageManifests as images } from '../steps/clients/image-manifests.ts';
import { logPages } from '../steps/clients/log-pages.ts';
import { logReader } from '../steps/clients/log-reader.ts';
import { network } from '../steps/clients/network.ts';
import { objectStreams } from '../steps/clients/object-streams.ts';
import { objects } from '../steps/clients/objects.ts';
import { secretHistory } from '../steps/clients/secret-history.ts';
import { secretReader as secrets } from '../steps/clients/secret-reader.ts';
import { services } from '../steps/clients/services.ts';
import { stacks } from '../steps/clients/stacks.ts';
import { targetHealth } from '../steps/clients/target-health.ts';
import { collectDiagnostics } from '../steps/collect-diagnostics.ts';
import { incidentOf } from './incident.ts';
import type { BenchWorld } from './world.ts';

type World = Omit<BenchWorld, 'stop'>;

/** Far beyond what production waits: here it is measured how long all of it takes. */
const limits = { cap: 1_800_000, store: 60_000, secret: 10_000, pause: 1_000, second: 20_000 };

/** The step itself, over its real clients. */
export async function collect(world: World) {
  const ports = {
    clock,
    denials,
    healthChecks,
    images,
    network,
    secretHistory,
    secrets,
    services,
    stacks,
    targetHealth,
    recorded: { since: async () => [] },
    repository: 'example',
  };
  const store = { objects: { ...objects, ...objectStreams }, logs: { ...logReader, ...logPages } };
  const answer = await collectDiagnostics({ incident: incidentOf(world) }, world.bucket, { ...ports, ...store }, limits);
  return { objects: answer.objects, missing: answer.missing };
}

/** The same pages of the same logs, as many side by side, and nothing done with them. */
export async function read({ clusterArn, serviceArn, group, prefix }: World) {
  const tasks = await services.tasks(clusterArn, serviceArn);
  await eachOf(tasks, 8, async ({ taskArn }) => {
    const stream = `${prefix}/webhook/${taskArn.split('/').at(-1)}`;
    for (let token: string | null = null; ; ) {
      const page = await logPages.page(group, stream, token);
      if (!page?.next) return;
      token = page.next;
    }
  });
  return { objects: 0, missing: [] };
}
