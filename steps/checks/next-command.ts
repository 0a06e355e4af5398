import { type Cause, causes } from '../contract/causes.ts';
import type { Incident } from '../contract/steps.ts';

/** How ValidateSecret words it: what it judged, what does not exist, what may not be read. */
const namedSecret =
  /Secret: (\S+?)\.(?=["\s\\]|$)|There is no secret (\S+) in|The secret (\S+) (?:may not be read|is marked for|is binary)/;

/** The one command that a report ends with. What nobody knows stays in capitals: better a gap to see than a wrong name. */
export function nextCommand(cause: Cause, { request, stage, failure }: Incident): string {
  const known: Record<string, string | undefined> = {
    TAG: request.tag,
    STAGE: stage?.name,
    // Before any stage is walked, every stage's secret is judged: the refusal names the one.
    SECRET: stage?.secretName ?? namedSecret.exec(failure.cause)?.slice(1).find(Boolean),
    STACK: stage?.serviceStack,
    FOUNDATION: stage?.foundationStack,
  };
  return causes[cause].next
    .replaceAll('vX.Y.Z+1', nextPatch(request.tag))
    .replace(/\b(?:TAG|STAGE|SECRET|STACK|FOUNDATION)\b/g, (name) => known[name] ?? name);
}

function nextPatch(tag: string): string {
  const [, major, minor, patch] = /^v(\d+)\.(\d+)\.(\d+)/.exec(tag) ?? [];
  return patch === undefined ? 'vX.Y.Z' : `v${major}.${minor}.${Number(patch) + 1}`;
}
