import * as z from 'zod';
import { nextPatch } from '../../steps/checks/runbook-values.ts';
import type { ReleaseRecord } from '../../steps/contract/records.ts';
import { IncidentReport } from '../../steps/contract/report.ts';
import type { RunbookInput } from '../../steps/contract/runbook.ts';
import type { Stage } from '../../steps/contract/stage.ts';
import { type Facts, factsOf } from '../doctor/facts.ts';
import type { World } from '../world.ts';

/** What is needed of report.json: an older or newer one may differ in all else. */
const Told = z.object(IncidentReport.pick({ stage: true, failure: true, diagnostics: true }).shape);

/** What a page's commands need to know of this release. What cannot be known stays a gap in the page: a page must open on the worst of nights. */
export async function valuesOf(record: ReleaseRecord, world: World): Promise<Partial<Record<RunbookInput, string>>> {
  const { pipeline, stacks } = world;
  const told = await toldOf(record, world);
  const stage = told && stageOf(told, world.pipeline.stages);
  const images = await known(() => stacks.resource('ReleaseStores', 'AWS::ECR::Repository'));
  return withoutGaps({
    TAG: record.tag,
    NEXT: nextPatch(record.tag) ?? undefined,
    COMMIT: record.commit,
    RELEASE: record.name,
    BUCKET: told?.diagnostics.bucket ?? pipeline.bucket,
    PREFIX: told?.diagnostics.prefix,
    IMAGES: images?.physicalId,
    REPOSITORY: pipeline.repository,
    ...(stage && {
      STAGE: stage.name,
      SECRET: stage.secretName,
      STACK: stage.serviceStack,
      FOUNDATION: stage.foundationStack,
      QUILT: stage.quiltStackArn,
      ...(await atAws(factsOf(stage, world))),
    }),
  });
}

/** The stage at which a release failed, by its report; undefined when it reached none, or nobody can tell. */
export async function stageOfFailure(record: ReleaseRecord, world: World): Promise<Stage | undefined> {
  const told = await toldOf(record, world);
  return told && stageOf(told, world.pipeline.stages);
}

async function toldOf({ report }: ReleaseRecord, { objects }: World): Promise<z.infer<typeof Told> | undefined> {
  if (!report) return undefined;
  return known(async () => Told.parse(JSON.parse(await objects.get(report.bucket, report.key.replace(/\.md$/, '.json')))));
}

/** Before any stage is walked, every stage's secret is judged: the refusal names the one. */
function stageOf({ stage, failure }: z.infer<typeof Told>, stages: readonly Stage[]): Stage | undefined {
  const [meant, ...others] = stages.filter(({ name, secretName }) =>
    stage === null ? failure.cause.includes(secretName) : name === stage,
  );
  return others.length === 0 ? meant : undefined;
}

async function atAws({ outputs, live }: Facts): Promise<Partial<Record<RunbookInput, string | undefined>>> {
  const [foundation, service] = await Promise.all([known(outputs), known(live)]);
  return {
    CLUSTER: foundation?.ClusterArn,
    LOGS: foundation?.LogGroupName,
    URL: foundation?.ServiceUrl,
    SERVICE: service?.service.serviceArn,
  };
}

async function known<T>(ask: () => Promise<T>): Promise<T | undefined> {
  return ask().catch(() => undefined);
}

function withoutGaps(values: Partial<Record<RunbookInput, string | undefined>>): Partial<Record<RunbookInput, string>> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
