import type { Clock, Table } from './contract/ports.ts';
import { keys, type Proven } from './contract/records.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

/** Records what was proven at a stage, then frees it: the next release may begin while this one waits for approval of its next stage. */
export async function unlockStage(
  { release, stage, image, smoke }: StepInput<'UnlockStage'>,
  { table, clock }: { table: Pick<Table, 'get' | 'update' | 'remove'>; clock: Clock },
): Promise<StepOutput<'UnlockStage'>> {
  const lock = keys.lock(stage.name);
  // A call that came through before has freed the stage: a newer release may have proven itself since.
  if ((await table.get(lock.pk, lock.sk))?.['holder'] !== release.name) return {};
  const proven: Proven = {
    tag: release.tag,
    attempt: release.attempt,
    commit: release.commit,
    digest: image.digest,
    artefacts: image.artefacts,
    smoke: smoke.checks.map(({ name }) => name),
    at: clock.now().toISOString(),
  };
  const state = keys.state(stage.name);
  await table.update(state.pk, state.sk, { proven });
  await table.remove(lock.pk, lock.sk, { holder: release.name });
  return {};
}
