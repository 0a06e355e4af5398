import { type Cost, type MeteredEvent, metricsOfRelease, requestsOf } from '../contract/cost.ts';
import { functionMebibytes } from '../contract/environment.ts';
import { type PriceName, prices } from '../contract/prices.ts';

/** What a task of the machine cost and how long it took: nothing but the history is asked. */
interface OpenTask {
  readonly service: string;
  readonly since: number;
}

/** Reads an execution's history as a meter: the same on AWS and in a rehearsal, because the history has one shape. */
export class ReleaseMeter {
  /** State transitions so far, retries included. */
  transitions = 0;
  readonly #amounts = new Map<PriceName, number>();
  readonly #seconds = new Map<string, number>();
  #state: { readonly name: string; readonly since: number; attempts: number } | null = null;
  #task: OpenTask | null = null;
  #now = 0;

  take(event: MeteredEvent): void {
    // Another execution of the same release, which takes it over from a dead one: nothing of that one went on until now.
    if (event.type === 'ExecutionStarted') this.#leave();
    this.#now = Date.parse(event.at);
    this.#add('logGigabyte', (event.bytes ?? 0) / 1e9);
    if (event.type.endsWith('StateEntered')) this.#enter(event.state ?? '');
    else if (event.type.endsWith('StateExited')) this.#leave();
    else if (event.type === 'TaskScheduled') this.#schedule(event.service ?? '');
    else if (event.type === 'TaskSubmitted') this.#submitted();
    else if (/^Task(Succeeded|Failed|TimedOut|StartFailed|SubmitFailed)$/.test(event.type)) this.#end();
  }

  /**
   * Seconds from entering a state to leaving it, all its visits together, by the state's name: `WatchDeployment` is not its waits.
   * @param until when the last state is left, if the history does not say; ISO 8601
   */
  seconds(until?: string): ReadonlyMap<string, number> {
    const open = this.#state;
    if (!open) return this.#seconds;
    const last = (until === undefined ? this.#now : Date.parse(until)) - open.since;
    return new Map(this.#seconds).set(open.name, (this.#seconds.get(open.name) ?? 0) + Math.max(0, last) / 1000);
  }

  /**
   * @param ahead transitions that are still to come: for a step that counts while it runs
   * @param until when a task ends that the history has no end of yet; ISO 8601
   */
  cost({ ahead = 0, until }: { ahead?: number; until?: string } = {}): Cost {
    const amounts = new Map(this.#amounts);
    const add = (price: PriceName, amount: number) => amounts.set(price, (amounts.get(price) ?? 0) + amount);
    const transitions = this.transitions + ahead;
    add('transition', transitions);
    if (this.#task && until !== undefined) add(...this.#used(this.#task, Date.parse(until)));
    const steps = [...this.#seconds.keys(), this.#state?.name ?? ''].filter(isStep);
    add('metricHour', metricsOfRelease + new Set(steps).size);
    const minutes = amounts.get('buildMinute') ?? 0;
    amounts.delete('buildMinute');
    const lines = [...amounts]
      .filter(([, amount]) => amount > 0)
      .map(([price, amount]) => ({ price, amount: rounded(amount, 9), usd: rounded(amount * prices[price].usd, 9) }));
    const usd = rounded(
      lines.reduce((sum, line) => sum + line.usd, 0),
      6,
    );
    return { transitions, usd, build: { minutes: rounded(minutes, 2), usd: rounded(minutes * prices.buildMinute.usd, 6) }, lines };
  }

  #enter(name: string): void {
    this.#leave();
    this.transitions += 1;
    this.#state = { name, since: this.#now, attempts: 0 };
  }

  #leave(): void {
    if (this.#state) this.#seconds.set(this.#state.name, this.seconds().get(this.#state.name) ?? 0);
    this.#state = null;
    // A state that was left by its Catch, or timed out, has no end of its task beside it.
    this.#end();
  }

  #schedule(service: string): void {
    this.#task = { service, since: this.#now };
    if (!this.#state) return;
    this.#state.attempts += 1;
    if (this.#state.attempts > 1) this.transitions += 1;
    // `dynamodb` by the optimized integration, `aws-sdk:dynamodb` by the other.
    if (service.endsWith('dynamodb')) this.#add('tableWrite', 2);
    if (service !== 'lambda') return;
    this.#add('invocation', 1);
    const { name } = this.#state;
    if (isStep(name)) for (const [price, amount] of Object.entries(requestsOf[name])) this.#add(price as PriceName, amount);
  }

  /** A function that was only asked to call back is done; a build only begins. */
  #submitted(): void {
    if (this.#task?.service === 'lambda') this.#end();
  }

  #end(): void {
    if (this.#task) this.#add(...this.#used(this.#task, this.#now));
    this.#task = null;
  }

  #used({ service, since }: OpenTask, now: number): [PriceName, number] {
    const seconds = Math.max(0, now - since) / 1000;
    // CodeBuild bills begun minutes.
    if (service === 'codebuild') return ['buildMinute', Math.ceil(seconds / 60)];
    return ['gigabyteSecond', service === 'lambda' ? (seconds * functionMebibytes) / 1024 : 0];
  }

  #add(price: PriceName, amount: number): void {
    this.#amounts.set(price, (this.#amounts.get(price) ?? 0) + amount);
  }
}

const isStep = (name: string): name is keyof typeof requestsOf => name in requestsOf;
const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
