import { ConfigurationError } from '../configuration-error.ts';

/**
 * Turns what no retry can cure into ConfigurationError and throws the rest as it came: unknown is not absent.
 * AWS's own words are kept, because they name the action and the resource; they never quote a secret's content.
 */
export function explain(error: unknown): never {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const problem = problemOf(name, message);
  if (problem === undefined) throw error;
  throw new ConfigurationError(problem, [], `${name}: ${message}`, { cause: error });
}

function problemOf(name: string, message: string): string | undefined {
  if (/^AccessDenied/.test(name) || name === 'DecryptionFailure') return 'PermissionDenied';
  // One error for two cases: a secret that is not there, and one that was created but never filled.
  if (name === 'ResourceNotFoundException') return /secret value for staging label/.test(message) ? 'SecretEmpty' : 'SecretNotFound';
  // Deleted, within its recovery window.
  if (name === 'InvalidRequestException') return 'SecretNotFound';
  if (name === 'ValidationError' && /does not exist/.test(message)) return 'QuiltStackNotFound';
  return undefined;
}
