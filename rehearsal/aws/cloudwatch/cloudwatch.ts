import * as sdk from '@aws-sdk/client-cloudwatch';
import type { CloudEvent, Provisioners, Service, World } from '../kernel.ts';
import { protocolOnly } from '../sdk-words.ts';
import { Alarm, type AlarmSettings } from './alarm.ts';
import { api } from './api.ts';
import { Metrics } from './metrics.ts';
import { provisioners } from './provisioners.ts';
import { stateChange } from './state-change.ts';

/** CloudWatch: what services of the stand-in measure, and the alarms that follow it, minute by minute of AWS time. */
export class CloudWatch {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly metrics: Metrics;
  /** By name. */
  readonly alarms = new Map<string, Alarm>();
  readonly #world: World;
  readonly #emit: (event: CloudEvent) => void;
  readonly #stop = new AbortController();

  constructor(world: World, { emit }: { readonly emit: (event: CloudEvent) => void }) {
    this.#world = world;
    this.#emit = emit;
    this.metrics = new Metrics(world.clock);
    this.service = { signingName: 'monitoring', sdk, client: new sdk.CloudWatchClient(protocolOnly), ...api(this) };
    this.provisioners = provisioners(this);
  }

  arnOf(name: string): string {
    const { partition, region, account } = this.#world;
    return `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`;
  }

  /** Makes an alarm, or gives one other settings; what it had seen stays. */
  put(settings: AlarmSettings): void {
    const alarm = this.alarms.get(settings.name);
    if (alarm) alarm.settings = settings;
    else this.alarms.set(settings.name, new Alarm(settings, this.#world.clock.now()));
  }

  /** Lets the minutes run until it is stopped. */
  start(): void {
    const { signal } = this.#stop;
    const run = async () => {
      while (!signal.aborted) {
        await this.#world.clock.wait(60, signal);
        this.endMinute();
      }
    };
    void run().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  stop(): void {
    this.#stop.abort(new Error('CloudWatch was stopped'));
  }

  /** Ends the minute that runs, and lets every alarm judge anew. */
  endMinute(): void {
    this.metrics.endMinute();
    for (const alarm of this.alarms.values()) {
      const before = alarm.evaluate(this.metrics, this.#world.clock.now());
      if (!before) continue;
      const { settings, state } = alarm;
      this.#world.log(`cloudwatch: ${settings.name} is ${state.value}: ${state.reason}`);
      this.#emit(stateChange(alarm, before));
    }
  }
}
