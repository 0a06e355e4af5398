import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CheckResult } from '../checks.ts';
import type { Configuration, Resolved } from '../configuration.ts';
import type { Log } from '../log.ts';
import { routeMessage } from '../messages.ts';
import type { Metrics } from '../metrics.ts';
import { clientAddress, isAllowed } from '../verification/allow-list.ts';
import { type Answer, Replays } from '../verification/replays.ts';
import { type Keys, verifyEvent } from '../verification/verifier.ts';
import type { QueuedEvent } from '../work/queued-event.ts';
import { Admission } from './admission.ts';
import { sendError } from './errors.ts';

export interface WebhookProps {
  configuration: Configuration;
  keys: Keys;
  /** Runs a sample dry: every check by name, `ok` or why not. */
  dryRun: (resolved: Resolved) => Promise<Record<string, CheckResult>>;
  /** Resolves once the event is safe. */
  enqueue: (event: QueuedEvent) => Promise<void>;
  metrics: Metrics;
  log: Log;
}

/** Benchling's suffixed routing has a path for each kind of event, its stable routing one for all: the message's type decides either way. */
export const webhookPaths = ['/event', '/lifecycle', '/canvas', '/webhook'];

/** What `Refused` is counted by. */
type Refusal = 'NotReady' | 'Unverified' | 'KeySetUnavailable' | 'NotAllowed' | 'Invalid' | 'QueueUnavailable';

export function webhookRoutes(app: FastifyInstance, props: WebhookProps): void {
  const replays = new Replays();
  const admission = new Admission(props.metrics, app.initialConfig.bodyLimit ?? 0);
  const onRequest = (request: FastifyRequest, reply: FastifyReply) => admission.admit(request, reply);
  for (const path of webhookPaths) app.post(path, { onRequest }, (request, reply) => receive(request, reply, props, replays));
}

async function receive(request: FastifyRequest, reply: FastifyReply, props: WebhookProps, replays: Replays): Promise<FastifyReply> {
  const { configuration, keys, metrics, log } = props;
  const requestId = request.id;
  const refuse = (status: number, by: Refusal, message: string) => {
    metrics.add('Refused', 1, by);
    return sendError(reply, status, status === 403 ? 'Forbidden' : by, message);
  };
  const resolved = configuration.current;
  if (!resolved) return refuse(503, 'NotReady', 'the configuration is not resolved yet');
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const verdict = await verifyEvent(keys, request.headers, body, Date.now());
  if (verdict.verdict === 'refused') {
    log.warn({ event: 'webhook.refused', requestId, reason: verdict.reason });
    metrics.add('Refused', 1, 'Unverified' satisfies Refusal);
    return reply.code(401).send({ error: 'Webhook verification failed', reason: verdict.reason });
  }
  if (verdict.verdict === 'unavailable') {
    log.error({ event: 'webhook.unverifiable', requestId }, verdict.message);
    return refuse(503, 'KeySetUnavailable', 'the key set that signs webhooks cannot be had');
  }
  const { signer, id } = verdict;
  // After the signature: the list narrows who may deliver what Benchling signed. The pipeline's sample comes from elsewhere.
  const address = clientAddress(request.headers['x-forwarded-for'], request.socket.remoteAddress);
  if (signer === 'benchling' && !isAllowed(resolved.secret.webhook_allow_list, address)) {
    log.warn({ event: 'webhook.not-allowed', requestId, address });
    return refuse(403, 'NotAllowed', 'the address is not on the allow list');
  }
  // By signer: whoever may sign samples must not be able to use up the ids of real events.
  const answer = await replays.once(`${signer}:${id}`, () =>
    answerTo(body, { id, requestId, isSample: signer === 'sample' }, resolved, props),
  );
  if (answer.status === 503) reply.header('retry-after', '5');
  return reply.code(answer.status).send(answer.body);
}

interface Delivery {
  /** webhook-id. */
  id: string;
  requestId: string;
  isSample: boolean;
}

async function answerTo(body: Buffer, delivery: Delivery, resolved: Resolved, props: WebhookProps): Promise<Answer> {
  const { log, metrics } = props;
  const { id, requestId, isSample } = delivery;
  const routed = routeMessage(body);
  if (routed.outcome === 'invalid') {
    metrics.add('Refused', 1, 'Invalid' satisfies Refusal);
    return { status: 400, body: { error: 'BadRequest', message: routed.reason } };
  }
  if (isSample) return answerToSample(routed, delivery, resolved, props);
  if (routed.outcome === 'ignored') return { status: 202, body: { status: 'ignored' } };
  const { type, task } = routed;
  // Nothing follows from these: the line is their whole effect.
  if (task.kind !== 'note-lifecycle') {
    try {
      await props.enqueue({ format: 1, webhookId: id, type, task, acceptedAt: new Date().toISOString() });
    } catch (error) {
      log.error(
        { event: 'webhook.not-queued', requestId, webhookId: id, type },
        error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      );
      metrics.add('Refused', 1, 'QueueUnavailable' satisfies Refusal);
      return { status: 503, body: { error: 'QueueUnavailable', message: 'the event could not be queued' } };
    }
    metrics.add('Accepted', 1);
  }
  log.info({ event: 'webhook.acknowledged', requestId, webhookId: id, type, ...task });
  return { status: 202, body: { status: 'acknowledged' } };
}

/** A sample is parsed and routed like a real event, reaches everything that one needs, and is queued nowhere. */
async function answerToSample(
  routed: Exclude<ReturnType<typeof routeMessage>, { outcome: 'invalid' }>,
  { id, requestId }: Delivery,
  resolved: Resolved,
  { dryRun, log }: WebhookProps,
): Promise<Answer> {
  if (routed.outcome === 'ignored') return { status: 202, body: { status: 'ignored', dry_run: true } };
  log.info({ event: 'webhook.acknowledged', requestId, webhookId: id, type: routed.type, ...routed.task, dry_run: true });
  const checks = await dryRun(resolved);
  const passed = Object.values(checks).every((check) => check === 'ok');
  return { status: passed ? 202 : 503, body: { status: passed ? 'acknowledged' : 'failed', dry_run: true, checks } };
}
