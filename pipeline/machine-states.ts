import { Duration, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { loops, wakesHeard } from '../steps/contract/patience.ts';
import { keys } from '../steps/contract/records.ts';
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

/** What differs from loop to loop. */
export interface PolledMore {
  readonly exhausted?: { readonly next: sfn.IChainable; readonly assign: (words: string) => Record<string, unknown> };
  readonly listens?: boolean;
}

const afterWait = { woken: false, polls: j('$polls + 1') };

/** The function was cut off by its own time limit, or died with its process: in the middle of what it did. */
const cutOff = ['Sandbox.Timedout', 'Runtime.ExitError'];

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
  private readonly tableName: string;
  private readonly exhausted: sfn.Pass;

  /** @param tableName of the release table */
  constructor(scope: Construct, functions: Readonly<Record<StepName, lambda.IVersion>>, tableName: string) {
    this.scope = scope;
    this.tableName = tableName;
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
    // Not a collection, which takes its full time: production is not held hostage for evidence.
    if (name !== 'CollectDiagnostics') state.addRetry({ errors: cutOff, interval: Duration.seconds(2), maxAttempts: 2, backoffRate: 2 });
    return state;
  }

  /**
   * A step in a bounded loop: asked again while its `status` is `unsettled`. `$polls` counts its calls and is 0 again when the loop is left.
   * The step itself gives up when its polls are used up, with a better word than the guard here, which leads to `exhausted`.
   * @param exhausted @default - a failure like any other
   * @param listens events of the stage cut the wait short; then `$polls` counts the waits that were not. @default false
   */
  polled<Name extends StepName & keyof typeof loops>(
    name: Name,
    args: Arguments<Name>,
    variable: string,
    unsettled: string,
    { exhausted, listens = false }: PolledMore = {},
  ): PolledStep {
    const loop = loops[name];
    const words = `still ${unsettled} after ${loop.polls} polls, ${loop.seconds} s apart`;
    const start = this.step(name, args, {
      [variable]: '$states.result.Payload',
      ...(!listens && { polls: '$polls + 1' }),
    });
    const wait = sfn.Wait.jsonata(this.scope, `WaitFor${name}`, {
      time: sfn.WaitTime.duration(Duration.seconds(loop.seconds)),
      ...(listens && { assign: afterWait }),
    });
    const again = `$${variable}.status = '${unsettled}'`;
    const settled = sfn.Choice.jsonata(this.scope, `${name}Settled`);
    if (listens) {
      const listen = this.listen(name, loop.seconds, start, wait);
      settled.when(sfn.Condition.jsonata(j(`${again} and $polls < ${loop.polls} and $looks < ${wakesHeard}`)), listen);
    }
    settled
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

  /**
   * Waits until something happens at the stage, or the time of a poll is over. The token lies in the release table, where RecordEvent finds
   * it. Events wake, Describe calls decide: one that comes late, twice or never costs nothing but the wait that it would have spared.
   */
  private listen(name: string, seconds: number, next: sfn.IChainable, otherwise: sfn.IChainable): sfn.CustomState {
    const { pk, sk } = keys.wake('');
    const state = new sfn.CustomState(this.scope, `ListenFor${name}`, {
      stateJson: {
        Type: 'Task',
        Resource: `arn:${Stack.of(this.scope).partition}:states:::aws-sdk:dynamodb:putItem.waitForTaskToken`,
        Arguments: {
          TableName: this.tableName,
          Item: {
            pk: { S: j(`'${pk}' & $stage.name`) },
            sk: { S: sk },
            token: { S: j('$states.context.Task.Token') },
            release: { S: j('$release.name') },
          },
        },
        TimeoutSeconds: seconds,
        Assign: { woken: true, looks: j('$looks + 1') },
        Output: j('{}'),
      },
    });
    state.addCatch(next, { errors: ['States.Timeout'], assign: afterWait, outputs: j('{}') });
    // Without the table it is waited for as anything else is.
    state.addCatch(otherwise, { errors: ['States.ALL'], outputs: j('{}') });
    state.next(next);
    return state;
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
