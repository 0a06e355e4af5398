/**
 * What a smoke test must see of this version of the service. It travels with the tag as `smoke-expectations.json`, so that a pipeline
 * tests the tag's behaviour and not that of its own checkout: hence plain data, placeholders and no code.
 */
export interface SmokeExpectations {
  /** Format of this document; a pipeline refuses a number that it does not know. */
  format: 1;
  /** Requests without a body, in order. Only the exact status and the exact fields pass. */
  probes: SmokeProbe[];
  sample: SmokeSample;
  /** Variations of the sample that must each be refused. */
  refusals: SmokeRefusal[];
}

export interface SmokeProbe {
  method: 'GET';
  path: string;
  status: number;
  fields: SmokeField[];
}

/** One field of a JSON answer, by dotted path. */
export interface SmokeField {
  path: string;
  equals: SmokeValue;
}

/**
 * A literal, or a value that the pipeline knows about the stage: `version` is the tag without its v, `region` that of the Quilt stack,
 * `queue_arn` is derived from the URL where the stack exports that, the others are those of the validated secret and the stack's outputs.
 * `mask: 'accounts'` shows each run of exactly 12 digits in the text as `***` and its last 4.
 */
export type SmokeValue = { value: string | number | boolean } | { from: SmokeSource; mask?: 'accounts' };

export type SmokeSource = 'version' | 'region' | 'tenant' | 'bucket' | 'catalog' | 'database' | 'queue_arn';

export interface SmokeSample {
  method: 'POST';
  path: string;
  /** Header names are lower case. The signature covers `{webhook-id}.{webhook-timestamp}.{raw body}`. */
  headers: { id: string; timestamp: string; signature: string };
  /** Written before the base64 of the DER signature (ECDSA P-256, SHA-256). */
  signaturePrefix: string;
  /** JSON with the placeholders `{tenant}`, `{now}` (ISO 8601) and `{id}` (unique, letters and digits), to be replaced inside strings. */
  envelope: object;
  status: number;
  fields: SmokeField[];
  /** Benchling gives up after this long, in milliseconds. */
  withinMs: number;
}

/** `expired`: the timestamp lies `ageSeconds` back and is signed so. `changed`: the body differs after signing, and is still JSON. */
export interface SmokeRefusal {
  name: 'unsigned' | 'stranger' | 'expired' | 'changed';
  status: number;
  fields: SmokeField[];
  ageSeconds?: number;
}

const is = (path: string, value: string | number | boolean): SmokeField => ({ path, equals: { value } });
const from = (path: string, source: SmokeSource): SmokeField => ({ path, equals: { from: source } });

const refused = [is('error', 'Webhook verification failed')];

/** The expectations of the service that this very source tree builds. */
export function smokeExpectations(): SmokeExpectations {
  return {
    format: 1,
    probes: [
      { method: 'GET', path: '/health/live', status: 200, fields: [] },
      { method: 'GET', path: '/health/ready', status: 200, fields: [is('status', 'ready')] },
      { method: 'GET', path: '/health', status: 200, fields: healthFields() },
      { method: 'GET', path: '/config', status: 200, fields: configFields() },
    ],
    sample: {
      method: 'POST',
      path: '/event',
      headers: { id: 'webhook-id', timestamp: 'webhook-timestamp', signature: 'webhook-signature' },
      signaturePrefix: 'v1bder,',
      envelope: sampleEnvelope(),
      status: 202,
      fields: [
        is('status', 'acknowledged'),
        is('dry_run', true),
        ...['route', 'entry', 'queue', 'bucket', 'key_set'].map((check) => is(`checks.${check}`, 'ok')),
      ],
      withinMs: 3000,
    },
    refusals: [
      { name: 'unsigned', status: 401, fields: refused },
      { name: 'stranger', status: 401, fields: refused },
      { name: 'expired', status: 401, fields: refused, ageSeconds: 3600 },
      { name: 'changed', status: 401, fields: refused },
    ],
  };
}

function healthFields(): SmokeField[] {
  return [
    is('status', 'healthy'),
    is('service', 'benchling-webhook'),
    from('version', 'version'),
    is('config_source', 'secrets-only-mode'),
    // A freshly started task has no last-good configuration to fall back on: anything but ok is a failure of this release.
    is('checks.config', 'ok'),
    is('checks.aws', 'ok'),
    is('checks.benchling', 'ok'),
  ];
}

// Nothing of the secret that the service masks: a pipeline that carried those values along would have to protect them.
function configFields(): SmokeField[] {
  return [
    is('mode', 'secrets-only'),
    from('region', 'region'),
    from('quilt.catalog', 'catalog'),
    from('quilt.database', 'database'),
    from('quilt.bucket', 'bucket'),
    { path: 'quilt.queue_arn', equals: { from: 'queue_arn', mask: 'accounts' } },
    from('benchling.tenant', 'tenant'),
    is('benchling.has_app_definition', true),
    is('parameters.enable_webhook_verification', true),
  ];
}

function sampleEnvelope(): object {
  return {
    version: '0',
    baseURL: 'https://{tenant}.benchling.com',
    tenantId: 'ten_example',
    app: { id: 'app_example' },
    appDefinition: { id: 'appdef_example', versionNumber: '0.0.1' },
    channel: 'events',
    message: { type: 'v2.entry.created', id: 'evt_{id}', resourceId: 'etr_sample', createdAt: '{now}' },
  };
}
