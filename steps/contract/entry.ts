import * as z from 'zod';
import { ContractBroken } from './errors.ts';
import { type StepInput, type StepName, type StepOutput, steps } from './steps.ts';

/** Wraps a step for Lambda: the input is parsed once at the edge, the output on its way out. */
export function entry<Name extends StepName>(name: Name, run: (input: StepInput<Name>) => Promise<StepOutput<Name>>) {
  return async (event: unknown): Promise<StepOutput<Name>> => {
    const input = parse(name, 'input', steps[name].input, event) as StepInput<Name>;
    return parse(name, 'output', steps[name].output, await run(input)) as StepOutput<Name>;
  };
}

function parse(name: StepName, side: 'input' | 'output', schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  // The paths and rules only: a payload never holds secrets, but an error text is copied widely.
  if (!result.success) throw new ContractBroken(`${name}: its ${side} does not fit the contract: ${z.prettifyError(result.error)}`);
  return result.data;
}
