import type { Cloud } from '../aws/cloud.ts';
import type { Hooks } from '../aws/kernel.ts';
import type { Parts, RehearsedStage } from '../rehearsal.ts';
import type { Fault, FaultContext, FaultMoment } from './fault.ts';

/** A fault at work. */
export interface Injection {
  /** Starts the release that meets it. */
  start(): Promise<void>;
  /** Tells it of a moment of that release. */
  hear(moment: FaultMoment): void;
  /** Puts back what was broken: hooks, secrets, the clock. Rejects when something that the fault did in the middle of the release failed. */
  end(): Promise<void>;
}

/** Breaks the world of a rehearsal by one fault. */
export async function inject(
  parts: Parts,
  fault: Fault,
  { tag, push, decide }: Pick<FaultContext, 'tag' | 'push' | 'decide'>,
): Promise<Injection> {
  const { cloud, world, stages, pipeline, environment, repository, checkout } = parts;
  const stage = stages.find((one) => (fault.at === 'approval' ? one.approval : true))!;
  const { commit } = checkout;
  const knownDigests = runningDigests(cloud);
  const context: FaultContext = { cloud, world, stage, knownDigests, tag, pipeline, environment, repository, commit, push, decide };
  const scale = cloud.world.clock.scale;
  const restore = rememberSecrets(cloud, stages);
  const { start, hear, mend, ...hooks } = await fault.inject(context);
  Object.assign(cloud.hooks, hooks);
  const doings: Promise<void>[] = [];
  return {
    start: () => start?.() ?? fault.start?.(context) ?? push(tag),
    hear: (moment) => {
      const doing = Promise.resolve(hear?.(moment));
      doing.catch(() => {}); // Told at the end.
      doings.push(doing);
    },
    end: async () => {
      for (const name of Object.keys(hooks) as (keyof Hooks)[]) delete cloud.hooks[name];
      cloud.world.clock.scale = scale;
      await mend?.();
      restore();
      await Promise.all(doings);
    },
  };
}

/** What serves now. Not what still runs of a deployment that was given up: it is on its way out. */
function runningDigests({ ecs }: Cloud): Set<string> {
  const serving = [...ecs.tasks.values()].filter(
    ({ lastStatus, desiredStatus }) => lastStatus === 'RUNNING' && desiredStatus === 'RUNNING',
  );
  return new Set(serving.map((task) => task.container?.imageDigest ?? ''));
}

/** People mend a broken secret by hand: here it is done by putting back what was there. */
function rememberSecrets({ secretsmanager }: Cloud, stages: readonly RehearsedStage[]): () => void {
  const before = stages.map(({ secretName }) => [secretName, secretsmanager.current(secretName)] as const);
  return () => {
    for (const [name, text] of before) if (text !== undefined && secretsmanager.current(name) !== text) secretsmanager.put(name, text);
  };
}
