import { type Cause, causes } from '../contract/causes.ts';
import type { Incident } from '../contract/steps.ts';

/** The one command that a report ends with. What nobody knows stays in capitals: better a gap to see than a wrong name. */
export function nextCommand(cause: Cause, { request, stage, failure }: Incident): string {
  const known: Record<string, string | undefined> = {
    TAG: request.tag,
    STAGE: stage?.name,
    // Before any stage is walked, every stage's secret is judged: the refusal names the one.
    SECRET: stage?.secretName ?? /Secret: (\S+?)\.(?=["\s\\]|$)/.exec(failure.cause)?.[1],
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
