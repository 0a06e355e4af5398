import type { ChangeSetView, Stacks } from '../contract/ports.ts';

/** Where a change set that brings a stack back stands. */
export interface ChangeBack {
  /** `unchanged`: it would change nothing. `refused`: CloudFormation could not compute it, or somebody changed the stack meanwhile. */
  state: 'computing' | 'executed' | 'unchanged' | 'refused';
  arn: string;
  /** Of CloudFormation; empty unless refused. */
  reason: string;
}

/** CloudFormation's words for a change set that would change nothing. */
const nothingToChange = /didn't contain changes|No updates are to be performed/;

/**
 * Makes a change set, and executes it once CloudFormation has computed it: by a later call, which finds what the earlier one made by its name.
 * @param token of the operation
 */
export async function changeBack(
  input: Omit<Parameters<Stacks['createChangeSet']>[0], 'kind'>,
  token: string,
  stacks: Pick<Stacks, 'createChangeSet' | 'changeSet' | 'execute'>,
): Promise<ChangeBack> {
  const { arn } = await stacks.createChangeSet({ ...input, kind: 'UPDATE' });
  const changeSet = await stacks.changeSet(arn);
  const state = stateOf(changeSet);
  if (state !== 'available') return { state, arn, reason: state === 'refused' ? reasonOf(changeSet) : '' };
  await stacks.execute(arn, token);
  return { state: 'executed', arn, reason: '' };
}

function stateOf(changeSet: ChangeSetView | null): ChangeBack['state'] | 'available' {
  if (changeSet?.status === 'FAILED') return nothingToChange.test(changeSet.reason) ? 'unchanged' : 'refused';
  switch (changeSet?.executionStatus ?? 'UNAVAILABLE') {
    case 'AVAILABLE':
      return 'available';
    // By an earlier try of this very step, whose events are not to be seen yet.
    case 'EXECUTE_IN_PROGRESS':
    case 'EXECUTE_COMPLETE':
      return 'executed';
    case 'UNAVAILABLE':
      return 'computing';
    default:
      // OBSOLETE: somebody changed the stack meanwhile. Computing it anew would undo what nobody of us did.
      return 'refused';
  }
}

const reasonOf = (changeSet: ChangeSetView | null) => changeSet?.reason || `it is ${changeSet?.executionStatus}`;
