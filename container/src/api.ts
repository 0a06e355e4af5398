/**
 * The HTTP surface as data: what each route takes and gives. The OpenAPI document is made of it when a tag is built, and every answer that the
 * tests see is held to it. The service itself does not load it.
 */
import * as z from 'zod';
import { Envelope } from './messages.ts';
import { webhookPaths } from './routes/webhook.ts';

export interface Answer {
  readonly description: string;
  readonly body: z.ZodType;
}

export interface Operation {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly summary: string;
  readonly takes?: z.ZodType;
  readonly answers: Readonly<Record<number, Answer>>;
}

/** Every error but a failed verification. `message` is for people; `error` is one of few words. */
const Problem = z.strictObject({ error: z.string(), message: z.string() });
const problem = (description: string): Answer => ({ description, body: Problem });

const Unverified = z.strictObject({ error: z.literal('Webhook verification failed'), reason: z.string() });

/** `ok`, or the kind of failure. */
const Check = z.string();
const Checks = z.strictObject({ route: Check, entry: Check, queue: Check, bucket: Check, key_set: Check });

const Acknowledged = z.union([
  z.strictObject({ status: z.enum(['acknowledged', 'ignored']) }),
  z.strictObject({ status: z.enum(['acknowledged', 'ignored']), dry_run: z.literal(true), checks: Checks.optional() }),
]);
const Unavailable = z.union([Problem, z.strictObject({ status: z.literal('failed'), dry_run: z.literal(true), checks: Checks })]);

const Health = z.strictObject({
  status: z.enum(['healthy', 'unhealthy']),
  service: z.literal('benchling-webhook'),
  version: z.string(),
  config_source: z.literal('secrets-only-mode'),
  config_version: z.string().nullable(),
  checks: z.strictObject({ config: z.enum(['starting', 'ok', 'last-good']), aws: Check, benchling: Check }),
});

const Config = z.strictObject({
  mode: z.literal('secrets-only'),
  region: z.string(),
  quilt: z.strictObject({ catalog: z.string(), database: z.string(), bucket: z.string(), queue_arn: z.string() }),
  benchling: z.strictObject({ tenant: z.string(), client_id: z.string(), has_app_definition: z.boolean() }),
  parameters: z.strictObject({
    pkg_prefix: z.string(),
    pkg_key: z.string(),
    log_level: z.string(),
    enable_webhook_verification: z.literal(true),
    webhook_allow_list_entries: z.int(),
  }),
});

const webhook = (path: string): Operation => ({
  method: 'POST',
  path,
  summary: 'Takes a signed event of Benchling: headers webhook-id, webhook-timestamp, webhook-signature.',
  takes: Envelope,
  answers: {
    202: { description: 'The event is safely queued, or there is nothing to do.', body: Acknowledged },
    400: problem('The body is no event.'),
    401: { description: 'Nobody who may sign did.', body: Unverified },
    403: problem('The caller is not on the allow list.'),
    413: problem('The body is larger than 1 MiB.'),
    415: problem('The body is not application/json.'),
    503: { description: 'Come again: not ready, no key set, no queue, or too much in progress.', body: Unavailable },
  },
});

export const operations: readonly Operation[] = [
  {
    method: 'GET',
    path: '/health',
    summary: 'For people and smoke tests: every check.',
    answers: {
      200: { description: 'Every check passes.', body: Health },
      503: { description: 'A check fails.', body: Health },
    },
  },
  {
    method: 'GET',
    path: '/health/live',
    summary: 'For the container: the process listens.',
    answers: { 200: { description: 'It does.', body: z.strictObject({ status: z.literal('alive') }) } },
  },
  {
    method: 'GET',
    path: '/health/ready',
    summary: 'For the load balancer: the configuration is resolved.',
    answers: {
      200: { description: 'It is.', body: z.strictObject({ status: z.literal('ready') }) },
      503: { description: 'Not yet.', body: Problem.extend({ status: z.literal('not-ready') }) },
    },
  },
  {
    method: 'GET',
    path: '/config',
    summary: 'What the service runs on, masked.',
    answers: { 200: { description: 'The configuration without a secret value.', body: Config }, 503: problem('Not resolved yet.') },
  },
  ...webhookPaths.map(webhook),
];

/** OpenAPI 3.1, whose schemas are JSON Schema. @param version of the service: the tag without its v */
export function openApi(version: string): object {
  const content = (schema: z.ZodType) => {
    const { $schema: _, ...plain } = z.toJSONSchema(schema) as Record<string, unknown>;
    return { 'application/json': { schema: plain } };
  };
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, summary, takes, answers } of operations) {
    const responses = Object.fromEntries(
      Object.entries(answers).map(([status, { description, body }]) => [status, { description, content: content(body) }]),
    );
    const requestBody = takes && { required: true, content: content(takes) };
    paths[path] = { ...paths[path], [method.toLowerCase()]: { summary, ...(requestBody && { requestBody }), responses } };
  }
  return { openapi: '3.1.0', info: { title: 'Benchling webhook service', version }, paths };
}
