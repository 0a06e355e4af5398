import type { Foundation } from '../contract/deployment.ts';
import { HostUnusable, ReleaseError } from '../contract/errors.ts';
import type { HttpClient } from '../contract/ports.ts';

/** Seconds: what answers late answers, and that is all that is asked here. */
const patience = 5;

/**
 * Refuses to change a stage that nobody can call: the smoke test would fail whatever is deployed, and a rollback could not be proven either.
 * What the service answers, and whether it does, is not asked: the release may be what mends it.
 */
export async function checkAddress({ ServiceUrl }: Pick<Foundation, 'ServiceUrl'>, http: HttpClient): Promise<void> {
  try {
    await http.request({ method: 'GET', url: `${ServiceUrl}/health/live`, timeoutSeconds: patience });
  } catch (error) {
    if (error instanceof HostUnusable) throw new ReleaseError('AddressUnusable', `${error.message}.`, { cause: error });
  }
}
