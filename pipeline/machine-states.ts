import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { loops } from '../steps/contract/patience.ts';
import type { StepInput, StepName } from '../steps/contract/steps.ts';

/** Wraps a JSONata expression. */
export const j = (expression: string) => `{% ${expression} %}`;

/** Every member of a step's input, as an expression over the machine's variables. */
export type Arguments<Name extends StepName> = Record<keyof StepInput<Name>, unknown>;

/** Errors of the Lambda service itself, not of a step: worth another try, because every step is safe to repeat. */
const serviceTroubles = [
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.Unknown',
];

/** A step that is asked until it has an answer. */
export interface PolledStep {
  readonly start: tasks.LambdaInvoke;
  /** Where its answers lead: `when` for particular ones, `otherwise` for the rest. */
  readonly settled: sfn.Choice;
}

/** Makes the machine's states, so that release-machine.ts can tell the story. */
export class MachineStates {
  private readonly scope: Construct;
  private readonly functions: Readonly<Record<StepName, lambda.IVersion>>;
  private readonly exhausted: sfn.Pass;

  constructor(scope: Construct, functions: Readonly<Record<StepName, lambda.IVersion>>) {
    this.scope = scope;
    this.functions = functions;
    this.exhausted = sfn.Pass.jsonata(scope, 'LoopExhausted', {
      comment: 'A step kept asking for more time than its loop allows.',
      outputs: j('{}'),
    });
  }

  /** One step: in go its arguments, its answer becomes the variable `assign`. */
  step<Name extends StepName>(
    name: Name,
    args: Arguments<Name>,
    assign: Record<string, string>,
    more: Partial<tasks.LambdaInvokeJsonataProps> = {},
  ): tasks.LambdaInvoke {
    const state = tasks.LambdaInvoke.jsonata(this.scope, name, {
      lambdaFunction: this.functions[name],
      payload: sfn.TaskInput.fromObject(args),
      assign: Object.fromEntries(Object.entries(assign).map(([variable, expression]) => [variable, j(expression)])),
      outputs: j('{}'),
      retryOnServiceExceptions: false,
      ...more,
    });
    state.addRetry({
      errors: serviceTroubles,
      interval: Duration.seconds(1),
      maxAttempts: 4,
      backoffRate: 2,
      jitterStrategy: sfn.JitterType.FULL,
    });
    return state;
  }

  /**
   * A step in a bounded loop: asked again while its `status` is `unsettled`. `$polls` counts its calls and is 0 again when the loop is left.
   * The step itself gives up when its polls are used up, with a better word than the guard here, which leads to `exhausted`.
   * @param exhausted @default - a failure like any other
   */
  polled<Name extends StepName & keyof typeof loops>(
    name: Name,
    args: Arguments<Name>,
    variable: string,
    unsettled: string,
    exhausted?: { readonly next: sfn.IChainable; readonly assign: (words: string) => Record<string, unknown> },
  ): PolledStep {
    const loop = loops[name];
    const words = `still ${unsettled} after ${loop.polls} polls, ${loop.seconds} s apart`;
    const start = this.step(name, args, { [variable]: '$states.result.Payload', polls: '$polls + 1' });
    const wait = sfn.Wait.jsonata(this.scope, `WaitFor${name}`, { time: sfn.WaitTime.duration(Duration.seconds(loop.seconds)) });
    const again = `$${variable}.status = '${unsettled}'`;
    const settled = sfn.Choice.jsonata(this.scope, `${name}Settled`)
      .when(sfn.Condition.jsonata(j(`${again} and $polls < ${loop.polls}`)), wait)
      .when(sfn.Condition.jsonata(j(again)), exhausted?.next ?? this.exhausted, {
        assign: {
          ...(exhausted?.assign(words) ?? { failure: { state: name, error: 'States.Timeout', cause: words }, healing: false }),
          polls: 0,
        },
      });
    start.next(settled);
    wait.next(start);
    return { start, settled };
  }

  /** Failures of these states, and loops that never settle, lead to `handler` with `$failure` set. */
  catchAll(states: readonly (sfn.TaskStateBase | sfn.CustomState)[], handler: sfn.IChainable): void {
    for (const state of states) this.catch(state, handler, { failure: this.failure(state.id) });
    this.exhausted.next(handler);
  }

  /** A failure of this state leads to `handler`, with the variables that it needs. */
  catch(state: sfn.TaskStateBase | sfn.CustomState, handler: sfn.IChainable, assign: Record<string, unknown>): void {
    state.addCatch(handler, { errors: ['States.ALL'], assign: { ...assign, polls: 0, healing: false }, outputs: j('{}') });
  }

  private failure(state: string) {
    return { state, error: j('$states.errorOutput.Error'), cause: j(`$string($states.errorOutput.Cause)`) };
  }
}
