import { parseStackArn, type StackArn } from './config/index.ts';

/** What the process takes from its environment. `QuiltStackARN` and `BenchlingSecret` are its whole configuration; the rest is platform. */
export interface Environment {
  quiltStack: StackArn;
  /** Secrets Manager name or ARN. */
  secretId: string;
  /** @default 5000 */
  port: number;
  /** Baked into the image when it is built: the tag without its v. @default unreleased, what a build without a version is */
  version: string;
}

export type EnvironmentVerdict =
  | { ok: true; environment: Environment }
  | { ok: false; cause: 'EnvironmentInvalid'; keys: string[]; message: string };

/** Reports everything that is wrong at once. */
export function readEnvironment(variables: Record<string, string | undefined>): EnvironmentVerdict {
  const problems: [key: string, rule: string][] = [];
  const stack = variables['QuiltStackARN'] ? parseStackArn(variables['QuiltStackARN']) : ({ ok: false, rule: 'is missing' } as const);
  if (!stack.ok) problems.push(['QuiltStackARN', stack.rule]);
  const secretId = variables['BenchlingSecret'];
  if (!secretId) problems.push(['BenchlingSecret', 'is missing']);
  const port = Number(variables['PORT'] || 5000);
  if (!Number.isInteger(port) || port < 0 || port > 65535) problems.push(['PORT', 'must be a port number']);
  if (!stack.ok || !secretId || problems.length > 0) {
    const message = `The environment cannot be used: ${problems.map(([key, rule]) => `${key} ${rule}`).join('; ')}.`;
    return { ok: false, cause: 'EnvironmentInvalid', keys: problems.map(([key]) => key), message };
  }
  return { ok: true, environment: { quiltStack: stack, secretId, port, version: variables['APP_VERSION'] || 'unreleased' } };
}
