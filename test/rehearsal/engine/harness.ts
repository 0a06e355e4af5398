import { Clock } from '../../../rehearsal/clock.ts';
import { loadDefinition } from '../../../rehearsal/engine/check/load.ts';
import type { Json } from '../../../rehearsal/engine/definition.ts';
import { Execution } from '../../../rehearsal/engine/execution.ts';
import { TaskTokens } from '../../../rehearsal/engine/tokens.ts';
import type { TaskCall } from '../../../rehearsal/engine/visit.ts';

export const RESOURCE = 'arn:aws:states:::lambda:invoke';
export const STATE_MACHINE_ARN = 'arn:aws:states:us-east-1:111122223333:stateMachine:example';
export const EXECUTION_ARN = 'arn:aws:states:us-east-1:111122223333:execution:example:v1.0.0-abcdef0-1';
export const ROLE_ARN = 'arn:aws:iam::111122223333:role/example';

export interface Setup {
  input?: Json;
  /** What every Task's call gives. @default - its arguments */
  call?: (call: TaskCall) => Json | Promise<Json>;
  tokens?: TaskTokens;
  scale?: number;
}

/** Starts a machine given by its states; the first of them starts. */
export function start(states: Record<string, unknown>, { input = {}, call, tokens, scale = 0.001 }: Setup = {}, top: object = {}) {
  const machine = { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...top };
  return new Execution({
    definition: loadDefinition(JSON.stringify(machine)),
    input,
    name: 'v1.0.0-abcdef0-1',
    executionArn: EXECUTION_ARN,
    stateMachineArn: STATE_MACHINE_ARN,
    roleArn: ROLE_ARN,
    region: 'us-east-1',
    clock: new Clock(scale),
    tokens: tokens ?? new TaskTokens(),
    call: async (given) => (call ? call(given) : given.arguments),
  });
}

/** Runs a machine to its end. */
export async function run(states: Record<string, unknown>, setup?: Setup, top?: object) {
  const execution = start(states, setup, top);
  const outcome = await execution.run();
  const output = outcome.output === undefined ? undefined : (JSON.parse(outcome.output) as Json);
  return { ...outcome, output, events: execution.history.events, types: execution.history.events.map(({ type }) => type) };
}

/** A state that ends the machine with the value of one expression. */
export const give = (expression: string) => ({ Type: 'Pass', Output: `{% ${expression} %}`, End: true });
/** A Task that ends the machine. */
export const task = (fields: object = {}) => ({ Type: 'Task', Resource: RESOURCE, End: true, ...fields });
