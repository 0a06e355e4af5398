import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Properties, World } from '../kernel.ts';

/** A function as it stands: `$LATEST`, or one published version. */
export interface FunctionCode {
  readonly name: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  /** Unqualified. */
  readonly arn: string;
  readonly roleArn: string;
  /** `index.handler` */
  readonly handler: string;
  readonly runtime: string;
  /** Where the code asset lies. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds, real ones: a handler's work is real. */
  readonly timeout: number;
  /** MB */
  readonly memorySize: number;
  readonly logGroup: string;
  readonly description: string;
  readonly architectures: readonly string[];
  readonly lastModified: Date;
  /** Base64; stands for code and configuration, as a version is only published when one of them changed. */
  readonly revision: string;
}

export const qualifiedArn = ({ arn, version }: FunctionCode): string => `${arn}:${version}`;

// What Lambda sets itself; a template that sets one is refused by Lambda too.
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;
const ENVIRONMENT_BYTES = 4096;

function environmentOf(properties: Properties): Record<string, string> {
  const variables: Record<string, string> = properties.Environment?.Variables ?? {};
  const reserved = Object.keys(variables).filter((name) => RESERVED.test(name));
  const start = 'Lambda was unable to configure your environment variables because the environment variables you have provided';
  if (reserved.length) {
    const used = `Reserved keys used in this request: ${reserved.join(', ')}`;
    throw new Error(`${start} contains reserved keys that are currently not supported for modification. ${used}`);
  }
  const text = JSON.stringify(variables);
  if (Buffer.byteLength(text) > ENVIRONMENT_BYTES) throw new Error(`${start} exceeded the 4KB limit. String measured: ${text}`);
  return variables;
}

/** Reads AWS::Lambda::Function. Throws what Lambda would say, or the name of what this stand-in does not run. */
export function readFunction(world: World, name: string, properties: Properties, directory: string): FunctionCode {
  const runtime = String(properties.Runtime ?? '');
  if ((properties.PackageType ?? 'Zip') !== 'Zip') throw new Error(`PackageType ${properties.PackageType} is not supported: only Zip`);
  if (!/^nodejs\d+\.x$/.test(runtime)) throw new Error(`Runtime ${runtime} is not supported: only nodejs`);
  for (const unsupported of ['Layers', 'DurableConfig', 'SnapStart', 'FileSystemConfigs', 'CapacityProviderConfig']) {
    if (properties[unsupported]?.length) throw new Error(`${unsupported} is not supported`);
  }
  const configuration = {
    roleArn: String(properties.Role),
    handler: String(properties.Handler),
    runtime,
    directory,
    environment: environmentOf(properties),
    timeout: Number(properties.Timeout ?? 3),
    memorySize: Number(properties.MemorySize ?? 128),
    logGroup: String(properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`),
    description: String(properties.Description ?? ''),
    architectures: properties.Architectures ?? ['x86_64'],
  };
  return {
    ...configuration,
    name,
    version: '$LATEST',
    arn: `arn:${world.partition}:lambda:${world.region}:${world.account}:function:${name}`,
    lastModified: world.clock.now(),
    revision: createHash('sha256').update(JSON.stringify(configuration)).digest('base64'),
  };
}

/** The module of a handler and the name it exports. */
export function entryOf({ directory, handler }: FunctionCode): { file: string; name: string } {
  const at = handler.lastIndexOf('.');
  const path = join(directory, handler.slice(0, at));
  const file = ['.mjs', '.js', '.cjs'].map((extension) => path + extension).find(existsSync) ?? `${path}.mjs`;
  return { file, name: handler.slice(at + 1) };
}
