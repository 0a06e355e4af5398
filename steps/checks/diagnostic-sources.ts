import type { AccessDenials, HealthChecks, ImageManifests, LogPages, Network, SecretHistory } from '../contract/evidence-ports.ts';
import type { Source } from '../contract/failure.ts';
import type { LogReader, Recorded, Services, Stacks, TargetHealth } from '../contract/ports.ts';
import type { Incident } from '../contract/steps.ts';
import type { Bundle } from './bundle.ts';
import type { Deadline } from './deadline.ts';
import { denialSource } from './denial-source.ts';
import { imageSource } from './image-source.ts';
import { type Facts, factsOf } from './incident-facts.ts';
import { asJson } from './once.ts';
import { recordedEvents } from './recorded-events.ts';
import { secretSource } from './secret-source.ts';
import { serviceSources } from './service-sources.ts';

export interface SourcePorts {
  stacks: Stacks;
  services: Services;
  targetHealth: TargetHealth;
  healthChecks: HealthChecks;
  network: Network;
  images: ImageManifests;
  secretHistory: SecretHistory;
  denials: AccessDenials;
  recorded: Recorded;
  logs: LogReader & LogPages;
  /** Name of the registry's repository. */
  repository: string;
  /** Texts of the secret's versions by label, as far as they could be read: for the names of their keys. */
  secretTexts: Promise<ReadonlyMap<string, string | null>>;
  /** Tries a reading again that failed. */
  persistently: <T>(attempt: () => Promise<T>) => Promise<T>;
  now: () => Date;
}

/** One thing to collect. */
export interface SourceDefinition {
  source: Source;
  /** Its own deadline; the cap of the whole is in ../collect-diagnostics.ts. */
  seconds: number;
  /** Puts what it finds and throws when it cannot. What can be had in part ends by itself when the deadline is over, and says what it left out. */
  gather: (bundle: Bundle, deadline: Deadline) => Promise<void>;
}

/** Events of a release are a few hundred; older ones are history that CloudFormation keeps anyway. */
const eventLimit = 500;
const buildLogLines = 2_000;

/** What there is to collect about an incident, what dies soonest first. */
export function sourcesOf(incident: Incident, ports: SourcePorts): SourceDefinition[] {
  const facts = factsOf(incident, ports);
  return [
    ...(mayServe(incident) ? serviceSources(facts, ports) : []),
    ...(incident.stage ? stackSources(facts, ports) : []),
    ...(incident.stage ? [secretSource(incident.stage.secretName, ports)] : []),
    ...(mayServe(incident) ? [denialSource(incident, facts, ports)] : []),
    ...imageSource(incident, ports),
    ...buildSources(incident, ports),
    ...recordedEvents(incident, ports),
    { source: 'failure', seconds: 30, gather: (bundle) => bundle.put('failure', 'failure.json', asJson(incident)) },
    ...(incident.smoke
      ? [{ source: 'smoke' as const, seconds: 30, gather: (bundle: Bundle) => bundle.put('smoke', 'smoke.json', asJson(incident.smoke)) }]
      : []),
  ];
}

/** A first release that was refused before it made a stack has no service, and none of that is missing. */
const mayServe = ({ inspection, plan, deployment }: Incident) => inspection !== null && (deployment ?? plan ?? inspection).stackId !== null;

function stackSources({ stack }: Facts, { stacks }: SourcePorts): SourceDefinition[] {
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
