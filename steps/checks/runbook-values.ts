import type { Diagnostics } from '../contract/failure.ts';
import type { RunbookInput } from '../contract/runbook.ts';
import type { Incident } from '../contract/steps.ts';
import { releaseName } from './bundle.ts';

/** How ValidateSecret words it: what it judged, what does not exist, what may not be read. */
const namedSecret =
  /Secret: (\S+?)\.(?=["\s\\]|$)|There is no secret (\S+) in|The secret (\S+) (?:may not be read|is marked for|is binary)/;

/** What an incident knows of a page's inputs. What nobody knows is left out: better a gap to see than a wrong name. */
export function runbookValues(incident: Incident, diagnostics?: Diagnostics): Partial<Record<RunbookInput, string>> {
  const { request, stage, inspection, failure } = incident;
  const next = nextPatch(request.tag);
  const known: Record<RunbookInput, string | undefined> = {
    TAG: request.tag,
    NEXT: next ?? undefined,
    COMMIT: request.commit,
    RELEASE: releaseName(incident),
    STAGE: stage?.name,
    // Before any stage is walked, every stage's secret is judged: the refusal names the one.
    SECRET: stage?.secretName ?? namedSecret.exec(failure.cause)?.slice(1).find(Boolean),
    STACK: stage?.serviceStack,
    FOUNDATION: stage?.foundationStack,
    QUILT: stage?.quiltStackArn,
    CLUSTER: inspection?.foundation.ClusterArn,
    SERVICE: inspection?.service?.serviceArn,
    LOGS: inspection?.foundation.LogGroupName,
    URL: inspection?.foundation.ServiceUrl,
    BUCKET: diagnostics?.bucket,
    PREFIX: diagnostics?.prefix,
    // Typed config of the pipeline, which no step is told.
    IMAGES: undefined,
    REPOSITORY: request.repository,
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

/** null when the tag has no version. */
export function nextPatch(tag: string): string | null {
  const [, major, minor, patch] = /^v(\d+)\.(\d+)\.(\d+)/.exec(tag) ?? [];
  return patch === undefined ? null : `v${major}.${minor}.${Number(patch) + 1}`;
}
