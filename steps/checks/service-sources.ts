import type { Source } from '../contract/failure.ts';
import type { TaskView } from '../contract/ports.ts';
import type { Bundle } from './bundle.ts';
import type { SourceDefinition, SourcePorts } from './diagnostic-sources.ts';
import type { Facts } from './incident-facts.ts';
import { collectNetwork } from './network-source.ts';
import { asJson } from './once.ts';
import { collectTaskLogs } from './task-logs.ts';

/** What a rollback takes away of a service: the health of its targets and its sick tasks first, with their interfaces. */
export function serviceSources({ begun, cluster, service, targetGroup, tasks }: Facts, ports: SourcePorts): SourceDefinition[] {
  const { services, targetHealth, healthChecks } = ports;
  const stopped = (task: TaskView) => task.lastStatus === 'STOPPED';
  const putTasks = async (bundle: Bundle, source: Source, name: string, wanted: (task: TaskView) => boolean) => {
    await bundle.put(source, name, asJson((await tasks()).filter(wanted)));
  };
  return [
    {
      source: 'target-health',
      seconds: 20,
      gather: async (bundle) => bundle.put('target-health', 'target-health.json', asJson(await targetHealth.describe(await targetGroup()))),
    },
    {
      source: 'running-task',
      seconds: 40,
      gather: (bundle) => putTasks(bundle, 'running-task', 'running-tasks.json', (task) => !stopped(task)),
    },
    { source: 'network', seconds: 40, gather: async (bundle) => collectNetwork(cluster, await service(), tasks, ports, bundle) },
    { source: 'stopped-task', seconds: 40, gather: (bundle) => putTasks(bundle, 'stopped-task', 'stopped-tasks.json', stopped) },
    {
      // By itself: what the load balancer asks for outlives what it found, and must not cost it.
      source: 'target-health',
      seconds: 30,
      gather: async (bundle) => bundle.put('target-health', 'health-check.json', asJson(await healthChecks.check(await targetGroup()))),
    },
    {
      source: 'task-definition',
      seconds: 40,
      gather: async (bundle) => {
        for (const arn of new Set((await tasks()).map((task) => task.taskDefinitionArn))) {
          await bundle.put('task-definition', `task-definitions/${arn.split('/').at(-1)}.json`, asJson(await services.taskDefinition(arn)));
        }
      },
    },
    {
      source: 'service',
      seconds: 30,
      gather: async (bundle) =>
        bundle.put('service', 'service.json', asJson({ service: await services.describe(cluster, await service()) })),
    },
    {
      // By itself: what it lacks must not cost the service's own events.
      source: 'service',
      seconds: 30,
      gather: async (bundle) =>
        bundle.put('service', 'service-deployment.json', asJson({ deployment: await services.deployment(cluster, await service()) })),
    },
    {
      source: 'task-log',
      seconds: 100,
      gather: async (bundle, deadline) => collectTaskLogs({ tasks: await tasks(), begun }, ports, bundle, deadline),
    },
  ];
}
