import type { Source } from '../contract/failure.ts';
import type { LogReader, Services, Stacks, TargetHealth, TaskView } from '../contract/ports.ts';
import type { Incident } from '../contract/steps.ts';
import type { Bundle } from './bundle.ts';
import { collectTaskLogs } from './task-logs.ts';

export interface SourcePorts {
  stacks: Stacks;
  services: Services;
  targetHealth: TargetHealth;
  logs: LogReader;
  /** Tries a reading again that failed. */
  persistently: <T>(attempt: () => Promise<T>) => Promise<T>;
}

/** One thing to collect. `gather` puts what it finds and throws when it cannot. */
export interface SourceDefinition {
  source: Source;
  /** Its own deadline; the cap of the whole is in ../collect-diagnostics.ts. */
  seconds: number;
  gather: (bundle: Bundle) => Promise<void>;
}

const asJson = (value: unknown) => JSON.stringify(value, null, 2);

/** Events of a release are a few hundred; older ones are history that CloudFormation keeps anyway. */
const eventLimit = 500;
const buildLogLines = 2_000;

/** What there is to collect about an incident, what dies soonest first. */
export function sourcesOf(incident: Incident, ports: SourcePorts): SourceDefinition[] {
  return [
    ...(mayServe(incident) ? serviceSources(incident, ports) : []),
    ...(incident.stage ? stackSources(incident, ports) : []),
    ...buildSources(incident, ports),
    { source: 'failure', seconds: 30, gather: (bundle) => bundle.put('failure', 'failure.json', asJson(incident)) },
    ...(incident.smoke
      ? [{ source: 'smoke' as const, seconds: 30, gather: (bundle: Bundle) => bundle.put('smoke', 'smoke.json', asJson(incident.smoke)) }]
      : []),
  ];
}

/** A stack is known by its id, and by its name only while no step has seen it. */
const stackOf = (incident: Incident) =>
  incident.deployment?.stackId ?? incident.plan?.stackId ?? incident.inspection?.stackId ?? incident.stage?.serviceStack ?? '';

/** A first release that was refused before it made a stack has no service, and none of that is missing. */
const mayServe = ({ inspection, plan, deployment }: Incident) => inspection !== null && (deployment ?? plan ?? inspection).stackId !== null;

function serviceSources(incident: Incident, ports: SourcePorts): SourceDefinition[] {
  const { stacks, services, targetHealth } = ports;
  const stack = stackOf(incident);
  const cluster = incident.inspection?.foundation.ClusterArn ?? '';
  const service = once(async () => {
    const found = await stacks.resource(stack, 'AWS::ECS::Service');
    const arn = found?.physicalId ?? incident.inspection?.service?.serviceArn;
    if (!arn) throw new Error('CloudFormation lists no service in the stack');
    return arn;
  });
  const tasks = once(async () => services.tasks(cluster, await service()));
  const stopped = (task: TaskView) => task.lastStatus === 'STOPPED';
  const putTasks = async (bundle: Bundle, source: Source, name: string, wanted: (task: TaskView) => boolean) => {
    await bundle.put(source, name, asJson((await tasks()).filter(wanted)));
  };
  return [
    {
      source: 'target-health',
      seconds: 20,
      gather: async (bundle) => {
        const group = await stacks.resource(stack, 'AWS::ElasticLoadBalancingV2::TargetGroup');
        if (!group) throw new Error('CloudFormation lists no target group in the stack');
        await bundle.put('target-health', 'target-health.json', asJson(await targetHealth.describe(group.physicalId)));
      },
    },
    {
      source: 'running-task',
      seconds: 40,
      gather: (bundle) => putTasks(bundle, 'running-task', 'running-tasks.json', (task) => !stopped(task)),
    },
    { source: 'stopped-task', seconds: 40, gather: (bundle) => putTasks(bundle, 'stopped-task', 'stopped-tasks.json', stopped) },
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
    { source: 'task-log', seconds: 90, gather: async (bundle) => collectTaskLogs(await tasks(), ports, bundle) },
  ];
}

function stackSources(incident: Incident, { stacks }: SourcePorts): SourceDefinition[] {
  const stack = stackOf(incident);
  return [
    { source: 'stack', seconds: 20, gather: async (bundle) => bundle.put('stack', 'stack.json', asJson(await stacks.describe(stack))) },
    {
      source: 'stack-events',
      seconds: 40,
      gather: async (bundle) => {
        // Asking for the events of a stack that never was is an error at CloudFormation's.
        if ((await stacks.describe(stack)) === null) return;
        await bundle.put('stack-events', 'stack-events.json', asJson(await stacks.events(stack, eventLimit)));
      },
    },
  ];
}

function buildSources(incident: Incident, { logs }: SourcePorts): SourceDefinition[] {
  const at = buildLogOf(incident);
  if (!at) return [];
  return [
    {
      source: 'build-log',
      seconds: 60,
      gather: async (bundle) => {
        const lines = await logs.tail(at.group, at.stream, buildLogLines);
        if (lines === null) throw new Error(`there is no log stream ${at.stream} in ${at.group}`);
        await bundle.put('build-log', 'build.log', lines.map(({ at: time, line }) => `${time} ${line.trimEnd()}`).join('\n'));
      },
    },
  ];
}

/** A failed build's own description is the cause of the failure; it stands bare or under `Build`. */
function buildLogOf({ failure, build }: Incident): { group: string; stream: string } | null {
  if (failure.state !== 'BuildImage')
    return build && failure.state === 'VerifyImage' ? { group: build.logGroup, stream: build.logStream } : null;
  try {
    const cause = JSON.parse(failure.cause) as { Build?: BuildCause } & BuildCause;
    const found = (cause.Build ?? cause).Logs;
    return found?.GroupName && found.StreamName ? { group: found.GroupName, stream: found.StreamName } : null;
  } catch {
    return null; // Timed out or never started: Step Functions' own words, without a build.
  }
}
interface BuildCause {
  Logs?: { GroupName?: string; StreamName?: string };
}

/** Several sources need the same answer: asked for once, and again only after it failed. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}
