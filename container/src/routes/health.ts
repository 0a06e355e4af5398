import type { FastifyInstance } from 'fastify';
import { Cached, runChecks } from '../checks.ts';
import type { Configuration } from '../configuration.ts';
import type { Log } from '../log.ts';

export interface HealthProps {
  configuration: Configuration;
  /** The tag without its v. */
  version: string;
  /** Proves that Benchling takes the credentials and serves a usable key set. */
  probeBenchling: () => Promise<unknown>;
  /** Proves that the stage's work queue is there. */
  probeQueue: () => Promise<unknown>;
  log: Log;
}

/** /health is for people and smoke tests, /health/live for the container, /health/ready for the load balancer. */
export function healthRoutes(app: FastifyInstance, { configuration, version, probeBenchling, probeQueue, log }: HealthProps): void {
  // AWS is what the configuration is read from and where events are kept: without either the service takes none.
  const probes = new Cached(
    () => runChecks({ aws: () => Promise.all([configuration.refresh(), probeQueue()]), benchling: probeBenchling }, log),
    (result) => Object.values(result).every((check) => check === 'ok'),
  );

  app.get('/health', async (_, reply) => {
    const resolved = configuration.current !== undefined;
    const probed = resolved ? await probes.get() : { aws: 'starting', benchling: 'starting' };
    const healthy = resolved && probed.aws === 'ok' && probed.benchling === 'ok';
    return reply.code(healthy ? 200 : 503).send({
      status: healthy ? 'healthy' : 'unhealthy',
      service: 'benchling-webhook',
      version,
      config_source: 'secrets-only-mode',
      config_version: configuration.current?.versionId ?? null,
      checks: { config: configuration.state, ...probed },
    });
  });

  app.get('/health/live', async () => ({ status: 'alive' }));

  // Never asks Benchling: an outage there must not make the load balancer take every task out.
  app.get('/health/ready', async (_, reply) =>
    configuration.current
      ? { status: 'ready' }
      : reply.code(503).send({ status: 'not-ready', error: 'NotReady', message: 'the configuration is not resolved yet' }),
  );
}
