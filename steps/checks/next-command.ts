import { type Cause, causes } from '../contract/causes.ts';
import { shellWord } from '../contract/runbook.ts';
import type { Incident } from '../contract/steps.ts';
import { nextPatch, runbookValues } from './runbook-values.ts';

/** The one command that a report ends with. What nobody knows stays in capitals: better a gap to see than a wrong name. */
export function nextCommand(cause: Cause, incident: Incident): string {
  const known: Readonly<Record<string, string | undefined>> = runbookValues(incident);
  return causes[cause].next
    .replaceAll('vX.Y.Z+1', nextPatch(incident.request.tag) ?? 'vX.Y.Z')
    .replace(/\b(?:TAG|STAGE|SECRET|STACK|FOUNDATION)\b/g, (name) => {
      const value = known[name];
      // A tag is outside data, and a person pastes this line.
      return value === undefined ? name : shellWord(value);
    });
}
