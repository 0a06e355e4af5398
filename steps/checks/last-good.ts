import type { LastGood } from '../contract/deployment.ts';
import type { Objects, Stacks, StackView, Table, TaskDefinitionView } from '../contract/ports.ts';
import { keys, type Proven } from '../contract/records.ts';
import { lastGoodPrefix, type Release } from '../contract/release.ts';
import type { Stage } from '../contract/stage.ts';
import { sha256 } from './hash.ts';
import type { LiveView } from './live-service.ts';

export interface LastGoodPorts {
  stacks: Pick<Stacks, 'template'>;
  objects: Pick<Objects, 'put'>;
  table: Pick<Table, 'update'>;
  diagnosticsBucket: string;
}

/**
 * Keeps what a stage runs before a release touches it: after the update GetTemplate answers with the new template, and the old task
 * definition is gone. null when the service runs no image by digest: then there is nothing that could be redeployed as it was.
 */
export async function recordLastGood(
  of: { release: Release; stage: Stage; stack: StackView; live: LiveView; proven: Proven | undefined },
  { stacks, objects, table, diagnosticsBucket }: LastGoodPorts,
): Promise<LastGood | null> {
  const { release, stage, stack, live } = of;
  const digest = live.service.digest;
  if (!digest) return null;
  const folder = `${lastGoodPrefix(stage.name)}/${release.name}`;
  const lastGood: LastGood = {
    stackId: stack.stackId,
    digest,
    version: versionOf(live.definition),
    templateKey: `${folder}/service.template.json`,
    parameters: stack.parameters,
    taskDefinitionHash: taskDefinitionHash(live.definition),
    desiredCount: live.service.desiredCount,
    artefacts: of.proven?.digest === digest && labelled(live.definition, of.proven) ? of.proven.artefacts : null,
  };
  await objects.put(diagnosticsBucket, lastGood.templateKey, await stacks.template(stack.stackId), 'application/json');
  await objects.put(diagnosticsBucket, `${folder}/last-good.json`, JSON.stringify(lastGood, null, 2), 'application/json');
  const key = keys.state(stage.name);
  await table.update(key.pk, key.sk, { lastGood });
  return lastGood;
}

/** Equal for two revisions that behave alike. */
export const taskDefinitionHash = (definition: TaskDefinitionView): string => sha256(definition.normalised);

const labelled = ({ labels }: TaskDefinitionView, { tag, attempt }: Pick<Proven, 'tag' | 'attempt'>) =>
  labels['release.tag'] === tag && labels['release.attempt'] === String(attempt);

const versionOf = ({ labels }: TaskDefinitionView) => labels['release.tag']?.replace(/^v/, '') ?? null;
