/** Runs the synthesized machine on the rehearsal's engine, with answers in place of the steps: what it does with an answer is its own. */

import type { Json } from '../../rehearsal/engine/definition.ts';
import { StatesError } from '../../rehearsal/engine/errors.ts';
import { TaskTokens } from '../../rehearsal/engine/tokens.ts';
import type { TaskCall } from '../../rehearsal/engine/visit.ts';
import { type StepInput, type StepName, type StepOutput, steps } from '../../steps/contract/steps.ts';
import { run } from '../rehearsal/engine/harness.ts';
import type { machineOf } from './machine.ts';

/** An answer, or an error by the name that a step would throw. */
export type Answers = { [Name in StepName]: (input: StepInput<Name>, calls: number) => StepOutput<Name> } & { BuildImage: () => Json };
export const fail = (name: string, cause = 'example'): never => {
  throw new StatesError(name, cause);
};

export interface Walk {
  /** States in the order in which they were entered, without those that only wait or choose. */
  readonly steps: readonly string[];
  readonly status: string;
  readonly error: string | undefined;
  /** What each call of a step was given, parsed by its contract. */
  readonly inputs: readonly { readonly step: StepName; readonly input: Json }[];
}

/** Rejects when the machine gives a step what its contract does not take. */
export async function walk(machine: ReturnType<typeof machineOf>, answers: Answers, input: Json): Promise<Walk> {
  const { States, StartAt, ...top } = machine;
  const called: { step: StepName; input: Json }[] = [];
  const misfits: string[] = [];
  const tokens = new TaskTokens();
  const call = async ({ resource, arguments: given }: TaskCall): Promise<Json> => {
    if (resource.includes(':codebuild:')) return answers.BuildImage();
    // Nothing happens at the stage: each listening waits its time out.
    if (!resource.includes(':lambda:')) return {};
    const { FunctionName, Payload } = given as { FunctionName: string; Payload: Json };
    const step = (Object.keys(steps) as StepName[]).find((name) => FunctionName.includes(`{${name}Function`))!;
    const { input: accepts, output: gives } = steps[step];
    const parsed = accepts.safeParse(Payload);
    if (!parsed.success) misfits.push(`${step}: ${parsed.error.message}`);
    called.push({ step, input: Payload });
    const answer = answers[step] as (input: unknown, calls: number) => unknown;
    const said = answer(Payload, called.filter((one) => one.step === step).length);
    // waitForTaskToken: the token is answered with what the step would have told its holder.
    const { token } = Payload as { token?: string };
    if (resource.endsWith('.waitForTaskToken')) tokens.succeed(token!, said as Json);
    return { Payload: gives.parse(said) as Json };
  };
  const outcome = await run(States, { input, call, tokens, scale: 0.00001 }, { ...top, StartAt });
  if (misfits.length > 0) throw new Error(misfits.join('\n'));
  const entered = outcome.events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  return {
    steps: entered.filter((name) => name in steps || name === 'BuildImage'),
    status: outcome.status,
    error: outcome.error,
    inputs: called,
  };
}
