import { checkAddress } from './checks/address.ts';
import { readFoundation } from './checks/foundation.ts';
import { sha256 } from './checks/hash.ts';
import { recordLastGood } from './checks/last-good.ts';
import { readLive } from './checks/live-service.ts';
import { readinessOf } from './checks/readiness.ts';
import { readSecret } from './checks/secret.ts';
import { checkAgainstContract } from './checks/secret-contract.ts';
import type { Foundation, Inspection } from './contract/deployment.ts';
import { ReleaseError } from './contract/errors.ts';
import { loops } from './contract/patience.ts';
import type { HttpClient, Objects, SecretReader, Services, Stacks, StackView, Table } from './contract/ports.ts';
import { keys, StageState } from './contract/records.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface InspectStagePorts {
  http: HttpClient;
  secrets: SecretReader;
  stacks: Pick<Stacks, 'describe' | 'resource' | 'template'>;
  services: Pick<Services, 'describe' | 'taskDefinition'>;
  objects: Objects;
  table: Pick<Table, 'get' | 'update'>;
  diagnosticsBucket: string;
}
type Input = StepInput<'InspectStage'>;

/** Looks at a stage and touches nothing of it. What it runs now is recorded first of all: a rollback has nothing else to go back to. */
export async function inspectStage(input: Input, ports: InspectStagePorts): Promise<StepOutput<'InspectStage'>> {
  const { stage } = input;
  const [foundation, stack, state, checked] = await Promise.all([
    readFoundation(stage, ports.stacks),
    ports.stacks.describe(stage.serviceStack),
    readState(stage.name, ports.table),
    checkSecret(input, ports),
  ]);
  refuseBlocked(state);
  await checkAddress(foundation, ports.http);
  const readiness = readinessOf(stack?.status ?? null);
  const seen = { stackId: stack?.stackId ?? null, stackStatus: stack?.status ?? null, foundation, ...checked };
  const nothingRuns = { service: null, lastGood: null };
  if (!stack || readiness === 'absent') return { status: 'ready', ...seen, ...nothingRuns, stackId: null, heal: null };
  if (readiness === 'locked') throw locked(stack, 'expected a settled stack');
  if (readiness === 'busy') return busy(input, { ...seen, ...nothingRuns, heal: null });
  if (readiness === 'delete-first') {
    return { status: 'ready', ...seen, ...nothingRuns, heal: { action: 'delete-stack', status: stack.status } };
  }
  // What runs there now is neither the old nor the new: it is recorded when it is healed and looked at again.
  if (readiness === 'continue-first') {
    return { status: 'ready', ...seen, ...nothingRuns, heal: { action: 'continue-rollback', status: stack.status } };
  }
  return settled(input, { stack, foundation, state, seen }, ports);
}

/** @returns the version of the secret that was checked, and what it was checked against */
async function checkSecret(
  { stage, image }: Input,
  ports: InspectStagePorts,
): Promise<Pick<Inspection, 'secretVersionId' | 'contractHash'>> {
  const { bucket, prefix } = image.artefacts;
  const [secret, contract] = await Promise.all([readSecret(stage, ports), ports.objects.get(bucket, `${prefix}/secret-contract.json`)]);
  checkAgainstContract({ name: stage.secretName, text: secret.text }, contract);
  return { secretVersionId: secret.versionId, contractHash: sha256(contract) };
}

async function readState(stage: string, table: Pick<Table, 'get'>): Promise<StageState> {
  const key = keys.state(stage);
  return StageState.parse((await table.get(key.pk, key.sk)) ?? key);
}

function refuseBlocked({ blocked, pk }: StageState): void {
  if (!blocked) return;
  throw new ReleaseError('StackLocked', `${pk.replace('STAGE#', '')} was left not recovered by ${blocked.release}: ${blocked.reason}`);
}

function busy({ stage, polls }: Input, inspection: Omit<Inspection, 'status'>): Inspection {
  if (polls + 1 < loops.InspectStage.polls) return { status: 'busy', ...inspection };
  throw new ReleaseError('StackBusy', `${stage.serviceStack} is still ${inspection.stackStatus} after ${polls + 1} polls.`);
}

async function settled(
  input: Input,
  found: {
    stack: StackView;
    foundation: Foundation;
    state: StageState;
    seen: Pick<Inspection, 'stackId' | 'stackStatus' | 'foundation' | 'secretVersionId' | 'contractHash'>;
  },
  ports: InspectStagePorts,
): Promise<Inspection> {
  const { stack, foundation, state, seen } = found;
  const live = await readLive(stack.stackId, foundation, ports);
  if (!live) throw locked(stack, 'but ECS has no such service');
  const inspection = { ...seen, service: live.service, lastGood: null, heal: null };
  // Scaling or a person may roll tasks without CloudFormation: what runs now is not what will run.
  if (live.rolling) return busy(input, inspection);
  const lastGood = await recordLastGood({ release: input.release, stage: input.stage, stack, live, proven: state.proven }, ports);
  return { status: 'ready', ...inspection, lastGood };
}

const locked = (stack: StackView, seen: string) =>
  new ReleaseError('StackLocked', `${stack.name} is ${stack.status}${stack.reason ? ` (${stack.reason})` : ''}, ${seen}.`);
