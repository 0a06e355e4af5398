import type { FastifyInstance } from 'fastify';
import { buildApp } from './app.ts';
import { Aws } from './clients/aws.ts';
import { Benchling } from './clients/benchling.ts';
import { createHttp } from './clients/http.ts';
import { Configuration, type Resolved } from './configuration.ts';
import { dryRun } from './dry-run.ts';
import type { Environment } from './environment.ts';
import type { Log } from './log.ts';
import { KeySet } from './verification/key-set.ts';
import { SampleKey } from './verification/sample-key.ts';

export interface Service {
  app: FastifyInstance;
  configuration: Configuration;
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
  const reach = {
    fetchAnEntry: () => benchling.fetchAnEntry(),
    reachBucket: (bucket: string) => aws.reachBucket(bucket),
    reachQueue: (url: string) => aws.reachQueue(url),
    benchlingKeys: () => keySet.keys(),
  };
  const app = buildApp({
    configuration,
    keys: { sample: () => sampleKey.keys(resolved().secretName), benchling: keySet },
    dryRun: (current) => dryRun(reach, current, quiltStack, log),
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
  return { app, configuration, warmUp };
}
