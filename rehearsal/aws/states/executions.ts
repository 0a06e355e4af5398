import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-sfn';
import type { Json } from '../../engine/definition.ts';
import { Execution } from '../../engine/execution.ts';
import { PAYLOAD_BYTES } from '../../engine/limits.ts';
import { TaskTokens } from '../../engine/tokens.ts';
import type { TaskCall } from '../../engine/visit.ts';
import type { CloudEvent, World } from '../kernel.ts';
import type { StateMachine } from './machines.ts';
import { statusEvent } from './status-event.ts';

const $metadata = {};

/** All executions, running and ended. */
export class Executions {
  readonly tokens = new TaskTokens();
  readonly #world: World;
  readonly #call: (call: TaskCall) => Promise<Json>;
  readonly #emit: (event: CloudEvent) => unknown;
  readonly #executions = new Map<string, Execution>();
  readonly #running = new Set<Promise<void>>();

  constructor(world: World, call: (call: TaskCall) => Promise<Json>, emit: (event: CloudEvent) => unknown) {
    this.#world = world;
    this.#call = call;
    this.#emit = emit;
  }

  /** Starts a machine. The same name with the same input gives the execution that runs; any other repetition is refused. */
  start(machine: StateMachine, name: string = randomUUID(), text = '{}'): Execution {
    if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name)) {
      throw new sdk.InvalidName({ message: `Invalid Name: '${name}'`, $metadata });
    }
    const input = inputOf(text);
    const executionArn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const existing = this.#executions.get(executionArn);
    if (existing) {
      if (!existing.outcome && JSON.stringify(existing.props.input) === JSON.stringify(input)) return existing;
      throw new sdk.ExecutionAlreadyExists({ message: `Execution Already Exists: '${executionArn}'`, $metadata });
    }
    return this.#run(machine, name, executionArn, input);
  }

  /** Throws ExecutionDoesNotExist. */
  get(executionArn: string): Execution {
    const execution = this.#executions.get(executionArn);
    if (execution) return execution;
    throw new sdk.ExecutionDoesNotExist({ message: `Execution Does Not Exist: '${executionArn}'`, $metadata });
  }

  /** Newest first. */
  of(stateMachineArn: string): Execution[] {
    return [...this.#executions.values()].filter(({ props }) => props.stateMachineArn === stateMachineArn).reverse();
  }

  /** Waits until no execution runs. */
  async settled(): Promise<void> {
    while (this.#running.size) await Promise.all(this.#running);
  }

  /** Aborts what runs, and waits for it. */
  async close(): Promise<void> {
    for (const execution of this.#executions.values()) if (!execution.outcome) execution.abort();
    await this.settled();
  }

  #run(machine: StateMachine, name: string, executionArn: string, input: Json): Execution {
    const { definition, roleArn, arn } = machine;
    const { region, clock } = this.#world;
    const props = { definition, input, name, executionArn, stateMachineArn: arn, roleArn, region, clock };
    const execution = new Execution({ ...props, tokens: this.tokens, call: this.#call });
    this.#executions.set(executionArn, execution);
    const running = this.#follow(execution).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return execution;
  }

  async #follow(execution: Execution): Promise<void> {
    const started = this.#tell(statusEvent(execution));
    const outcome = await execution.run();
    await started;
    this.#world.log(`states: ${execution.props.name} ${outcome.status}${outcome.error ? ` ${outcome.error}: ${outcome.cause ?? ''}` : ''}`);
    await this.#tell(statusEvent(execution, outcome));
  }

  /** Delivery is best effort, as on AWS: an execution never fails because of its own event. */
  async #tell(event: CloudEvent): Promise<void> {
    try {
      await this.#emit(event);
    } catch (error) {
      this.#world.log(`states: an event was lost: ${(error as Error).message}`);
    }
  }
}

function inputOf(text: string): Json {
  const invalid = (why: string) => new sdk.InvalidExecutionInput({ message: `Invalid State Machine Execution Input: '${why}'`, $metadata });
  if (Buffer.byteLength(text) > PAYLOAD_BYTES) throw invalid(`the input exceeds ${PAYLOAD_BYTES} bytes`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid((error as Error).message);
  }
}
