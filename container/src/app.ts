import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { StackArn } from './config/index.ts';
import type { Configuration } from './configuration.ts';
import type { Log } from './log.ts';
import { configRoute } from './routes/config.ts';
import { answerError, answerUnknown } from './routes/errors.ts';
import { healthRoutes } from './routes/health.ts';
import { type WebhookProps, webhookPaths, webhookRoutes } from './routes/webhook.ts';

export interface AppProps extends WebhookProps {
  configuration: Configuration;
  stack: StackArn;
  version: string;
  probeBenchling: () => Promise<unknown>;
  probeQueue: () => Promise<unknown>;
  log: Log;
}

/** The whole HTTP surface, from its collaborators; listening is the server's part. */
export function buildApp(props: AppProps): FastifyInstance {
  const { log } = props;
  const app = fastify({
    logger: false,
    bodyLimit: 1024 * 1024,
    // Benchling gives up after 3 s; who takes longer to say a megabyte keeps a place from others.
    requestTimeout: 10_000,
    // Looked at often enough that the time means something: Node's own interval is half a minute.
    http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000 },
    // Longer than the load balancer's idle timeout of 60 s: the side that closes first loses the request that crosses its goodbye.
    keepAliveTimeout: 65_000,
    // While closing, what still arrives on an open connection is answered, with `connection: close`.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 256 },
    // No route has a schema: zod reads what comes, and answers are small. Fastify's own compilers would be a third of what a start loads.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    frameworkErrors: (error, _request, reply) => {
      answerError(error, reply, log);
    },
  });
  // The signature covers the raw bytes: parsing comes after the check, and only JSON is taken at all.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: FastifyError, _request, reply) => answerError(error, reply, log));

  // A request that was accepted before the end answers after it: its connection must not be used again, or closing would wait for it.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (!app.server.listening) reply.header('connection', 'close');
    done(null, payload);
  });

  healthRoutes(app, props);
  configRoute(app, props.configuration, props.stack);
  webhookRoutes(app, props);
  answerUnknown(app, {
    ...Object.fromEntries(['/health', '/health/live', '/health/ready', '/config'].map((path) => [path, 'GET, HEAD'])),
    ...Object.fromEntries(webhookPaths.map((path) => [path, 'POST'])),
  });
  return app;
}

function noSchemas(): never {
  throw new Error('The service compiles no schemas: a route has one, and the bundle leaves out what Fastify would compile it with');
}
