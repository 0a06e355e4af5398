import { ConfigurationError } from './configuration-error.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { createLog, setLevel, writeConfigInvalid } from './log.ts';
import { createService } from './service.ts';
import { resolveWithPatience } from './start.ts';

/** sysexits.h EX_CONFIG: a start that cannot work until a person changes something. */
const configInvalid = 78;
/** How often a rotated secret or a changed Quilt stack is looked for. */
const rereadMs = 5 * 60_000;
/** How often what was measured is written. */
const metricsMs = 10_000;
/** Within the 30 s that ECS gives between SIGTERM and SIGKILL. */
const closeWithinMs = 25_000;

const log = createLog();

process.on('uncaughtException', (error) => {
  log.fatal({ event: 'crash', err: error }, error.message);
  process.exit(1);
});

function refuse(problem: { cause: string; keys: string[]; message: string }): never {
  writeConfigInvalid(problem);
  process.exit(configInvalid);
}

async function serve(environment: Environment): Promise<void> {
  const { app, configuration, worker, metrics, warmUp } = createService(environment, process.env, log);
  const reread = setInterval(() => {
    configuration
      .refresh()
      .then(() => configuration.current && setLevel(log, configuration.current.secret.log_level))
      .catch((error: Error) => log.warn({ event: 'config.unread' }, `${error.name}: ${error.message}`));
  }, rereadMs);
  const measure = setInterval(() => metrics.flush(), metricsMs);
  const stop = async (signal: string) => {
    log.info({ event: 'stopping', signal });
    for (const timer of [reread, measure]) clearInterval(timer);
    setTimeout(() => app.server.closeAllConnections(), closeWithinMs).unref();
    // Side by side: requests that were accepted are still queued while work ends or is handed back.
    await Promise.all([app.close(), worker.stop()]);
    metrics.flush();
    log.info({ event: 'stopped' });
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void stop(signal));

  // Listening comes first: the container is alive while AWS is asked, and says honestly that it is not ready.
  await app.listen({ host: '0.0.0.0', port: environment.port });
  const address = app.server.address();
  log.info({ event: 'listening', version: environment.version, port: typeof address === 'object' ? address?.port : address });
  try {
    setLevel(log, (await resolveWithPatience(configuration, log)).secret.log_level);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    refuse({ cause: error.problem, keys: error.keys, message: error.message });
  }
  warmUp();
  worker.start();
}

const verdict = readEnvironment(process.env);
if (verdict.ok) await serve(verdict.environment);
else refuse(verdict);
