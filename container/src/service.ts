import type { FastifyInstance } from 'fastify';
import { buildApp } from './app.ts';
import { Aws } from './clients/aws.ts';
import { Benchling } from './clients/benchling.ts';
import { createHttp } from './clients/http.ts';
import { WorkQueue } from './clients/work-queue.ts';
import { Configuration, type Resolved } from './configuration.ts';
import { dryRun } from './dry-run.ts';
import type { Environment } from './environment.ts';
import { type Log, writeMetrics } from './log.ts';
import { EmbeddedMetrics } from './metrics.ts';
import { createProcessEvent } from './packaging/process-event.ts';
import { KeySet } from './verification/key-set.ts';
import { SampleKey } from './verification/sample-key.ts';
import { workQueueUrls } from './work/queue-names.ts';
import { Worker } from './work/worker.ts';

export interface Service {
  app: FastifyInstance;
  configuration: Configuration;
  /** Starts with a resolved configuration, never before. */
  worker: Worker;
  metrics: EmbeddedMetrics;
  /** Fetches what the first event would otherwise wait for. Never throws: each has its own answer when it is missing. */
  warmUp(): void;
}

/** Wires the service: what it talks to, what it knows, what it answers. */
export function createService({ quiltStack, secretId, version }: Environment, variables: NodeJS.ProcessEnv, log: Log): Service {
  const aws = new Aws(quiltStack, secretId);
  const configuration = new Configuration(aws, log);
  // Routes answer 503 until the configuration is resolved, and nothing below is asked before.
  const resolved = () => configuration.current as Resolved;
  const benchling = new Benchling(
    createHttp(variables),
    () => resolved().secret,
    () => configuration.refresh(),
  );
  const keySet = new KeySet({
    appDefinitionId: () => resolved().secret.app_definition_id,
    fetchKeySet: (id) => benchling.fetchKeySet(id),
    now: () => performance.now(),
  });
  const sampleKey = new SampleKey((alias) => aws.publicKey(alias), log);
  const metrics = new EmbeddedMetrics(writeMetrics, () => configuration.current?.secretName);
  const queue = new WorkQueue(quiltStack.region, () => workQueueUrls(resolved().secretName, quiltStack));
  const worker = new Worker({
    queue,
    process: createProcessEvent({ stack: quiltStack, variables, resolved, refresh: () => configuration.refresh(), log }),
    log,
    metrics,
  });
  const reach = {
    fetchAnEntry: () => benchling.fetchAnEntry(),
    reachBucket: (bucket: string) => aws.reachBucket(bucket),
    // Both: an event must be kept before it is packaged, and its package announced.
    reachQueues: (packager: string) => Promise.all([aws.reachQueue(packager), queue.reach()]),
    benchlingKeys: () => keySet.keys(),
  };
  const app = buildApp({
    configuration,
    keys: { sample: () => sampleKey.keys(resolved().secretName), benchling: keySet },
    dryRun: (current) => dryRun(reach, current, quiltStack, log),
    enqueue: (event) => queue.send(event),
    probeQueue: () => queue.reach(),
    metrics,
    probeBenchling: async () => {
      await benchling.authenticate();
      await keySet.keys();
    },
    stack: quiltStack,
    version,
    log,
  });
  const warmUp = () => {
    keySet.keys().catch((error: Error) => log.warn({ event: 'keys.unavailable' }, error.message));
    void sampleKey.keys(resolved().secretName);
  };
  return { app, configuration, worker, metrics, warmUp };
}
