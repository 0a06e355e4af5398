import * as sdk from '@aws-sdk/client-cloudwatch';
import type { CloudEvent, Provisioners, Service, World } from '../kernel.ts';
import { protocolOnly } from '../sdk-words.ts';
import { Alarm, type AlarmSettings } from './alarm.ts';
import { type AlarmMessage, alarmMessage } from './alarm-message.ts';
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
  readonly #notify: (message: AlarmMessage) => Promise<void>;
  readonly #gauges: (() => void)[] = [];
  readonly #stop = new AbortController();

  /** @param notify tells a topic on behalf of an alarm; rejects when the topic does not let it */
  constructor(
    world: World,
    { emit, notify }: { readonly emit: (event: CloudEvent) => void; readonly notify: (message: AlarmMessage) => Promise<void> },
  ) {
    this.#world = world;
    this.#emit = emit;
    this.#notify = notify;
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

  /** Measures at the end of each minute what is a level and no event: how long a queue is. */
  gauge(read: () => void): void {
    this.#gauges.push(read);
  }

  /** Ends the minute that runs, and lets every alarm judge anew. */
  endMinute(): void {
    for (const read of this.#gauges) read();
    this.metrics.endMinute();
    for (const alarm of this.alarms.values()) {
      const before = alarm.evaluate(this.metrics, this.#world.clock.now());
      if (!before) continue;
      const { settings, state } = alarm;
      this.#world.log(`cloudwatch: ${settings.name} is ${state.value}: ${state.reason}`);
      this.#emit(stateChange(alarm, before));
      for (const topicArn of settings.actions[state.value]) {
        void this.#notify(alarmMessage(alarm, before, topicArn, this.#world)).catch((error: unknown) =>
          this.#world.log(`cloudwatch: ${settings.name} did not reach ${topicArn}: ${error instanceof Error ? error.message : error}`),
        );
      }
    }
  }
}
