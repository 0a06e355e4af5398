import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CheckResult } from '../checks.ts';
import type { Configuration, Resolved } from '../configuration.ts';
import type { Log } from '../log.ts';
import { routeMessage } from '../messages.ts';
import { clientAddress, isAllowed } from '../verification/allow-list.ts';
import { type Answer, Replays } from '../verification/replays.ts';
import { type Keys, verifyEvent } from '../verification/verifier.ts';
import { sendError } from './errors.ts';

export interface WebhookProps {
  configuration: Configuration;
  keys: Keys;
  /** Runs a sample dry: every check by name, `ok` or why not. */
  dryRun: (resolved: Resolved) => Promise<Record<string, CheckResult>>;
  log: Log;
}

/** Benchling's suffixed routing has a path for each kind of event, its stable routing one for all: the message's type decides either way. */
export const webhookPaths = ['/event', '/lifecycle', '/canvas', '/webhook'];

export function webhookRoutes(app: FastifyInstance, props: WebhookProps): void {
  const replays = new Replays();
  for (const path of webhookPaths) app.post(path, (request, reply) => receive(request, reply, props, replays));
}

async function receive(request: FastifyRequest, reply: FastifyReply, props: WebhookProps, replays: Replays): Promise<FastifyReply> {
  const resolved = props.configuration.current;
  if (!resolved) return sendError(reply, 503, 'NotReady', 'the configuration is not resolved yet');
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const verdict = await verifyEvent(props.keys, request.headers, body, Date.now());
  if (verdict.verdict === 'refused') {
    props.log.warn({ event: 'webhook.refused', reason: verdict.reason });
    return reply.code(401).send({ error: 'Webhook verification failed', reason: verdict.reason });
  }
  if (verdict.verdict === 'unavailable') {
    props.log.error({ event: 'webhook.unverifiable' }, verdict.message);
    return sendError(reply, 503, 'KeySetUnavailable', 'the key set that signs webhooks cannot be had');
  }
  const { signer, id } = verdict;
  // After the signature: the list narrows who may deliver what Benchling signed. The pipeline's sample comes from elsewhere.
  const address = clientAddress(request.headers['x-forwarded-for'], request.socket.remoteAddress);
  if (signer === 'benchling' && !isAllowed(resolved.secret.webhook_allow_list, address)) {
    props.log.warn({ event: 'webhook.not-allowed', address });
    return sendError(reply, 403, 'Forbidden', 'the address is not on the allow list');
  }
  // By signer: whoever may sign samples must not be able to use up the ids of real events.
  const answer = await replays.once(`${signer}:${id}`, () => answerTo(body, id, signer === 'sample', resolved, props));
  return reply.code(answer.status).send(answer.body);
}

async function answerTo(body: Buffer, id: string, isSample: boolean, resolved: Resolved, { dryRun, log }: WebhookProps): Promise<Answer> {
  const routed = routeMessage(body);
  if (routed.outcome === 'invalid') return { status: 400, body: { error: 'BadRequest', message: routed.reason } };
  const sample = isSample ? { dry_run: true } : {};
  if (routed.outcome === 'ignored') return { status: 202, body: { status: 'ignored', ...sample } };
  log.info({ event: 'webhook.acknowledged', id, type: routed.type, ...routed.task, ...sample });
  if (!isSample) return { status: 202, body: { status: 'acknowledged' } };
  const checks = await dryRun(resolved);
  const passed = Object.values(checks).every((check) => check === 'ok');
  return { status: passed ? 202 : 503, body: { status: passed ? 'acknowledged' : 'failed', ...sample, checks } };
}
