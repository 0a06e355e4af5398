import type { StackArn } from './stack-arn.ts';

/** What the service takes from the Quilt stack. Exactly one of the two queue fields is set: real stacks export the URL. */
export interface Quilt {
  /** Host name of the catalog, without scheme or slash. */
  catalog: string;
  /** Athena database of the package views. */
  database: string;
  queueUrl?: string;
  queueArn?: string;
}

export type QuiltVerdict =
  | ({ ok: true } & Quilt)
  | { ok: false; cause: 'QuiltOutputMissing'; missing: string[]; existing: string[]; message: string };

const queueName = '[A-Za-z0-9_-]{1,80}(?:\\.fifo)?';
const queueUrlShape = new RegExp(`^https?://[^/]+/(\\d{12})/(${queueName})$`);
const queueArnShape = new RegExp(`^arn:[a-z-]+:sqs:[a-z0-9-]+:(\\d{12}):(${queueName})$`);

// In order of preference: stacks of different ages name the host differently, and the last is an endpoint whose host serves it.
const catalogOutputs = ['QuiltWebHost', 'Catalog', 'CatalogDomain', 'ApiGatewayEndpoint'];

/** An output whose value is unusable (an empty host, a queue that is no queue) counts as missing, so that the next name is tried. */
export function quiltOutputs(outputs: Record<string, string>): QuiltVerdict {
  const database = outputs['UserAthenaDatabaseName']?.trim();
  const catalog = catalogOutputs.map((name) => hostOf(outputs[name])).find((host) => host !== undefined);
  const queueUrl = matching(queueUrlShape, outputs['PackagerQueueUrl']);
  const queueArn = queueUrl === undefined ? matching(queueArnShape, outputs['PackagerQueueArn']) : undefined;
  if (database && catalog && (queueUrl || queueArn)) {
    return { ok: true, catalog, database, ...(queueUrl ? { queueUrl } : { queueArn }) };
  }
  const missing = [
    ...(database ? [] : ['UserAthenaDatabaseName']),
    ...(queueUrl || queueArn ? [] : ['PackagerQueueUrl']),
    ...(catalog ? [] : ['QuiltWebHost']),
  ];
  const existing = Object.keys(outputs).sort();
  const message = `The Quilt stack has no usable output ${missing.join(', ')}; it has ${existing.join(', ') || 'none'}.`;
  return { ok: false, cause: 'QuiltOutputMissing', missing, existing, message };
}

/** Both names of a queue, from whichever of them the stack exports. An ARN has no address: that follows from the stack's region. */
export function queueNames(urlOrArn: string, stack: Pick<StackArn, 'partition' | 'region'>): { url: string; arn: string } {
  const [, account = '', name = ''] = queueUrlShape.exec(urlOrArn) ?? queueArnShape.exec(urlOrArn) ?? [];
  const suffix = stack.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const isArn = urlOrArn.startsWith('arn:');
  return {
    url: isArn ? `https://sqs.${stack.region}.${suffix}/${account}/${name}` : urlOrArn,
    arn: isArn ? urlOrArn : `arn:${stack.partition}:sqs:${stack.region}:${account}:${name}`,
  };
}

function hostOf(value: string | undefined): string | undefined {
  const host = value
    ?.trim()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');
  return host && /^[A-Za-z0-9.-]+(:\d+)?$/.test(host) ? host : undefined;
}

function matching(shape: RegExp, value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed !== undefined && shape.test(trimmed) ? trimmed : undefined;
}
