import type { CloudEvent } from '../aws/kernel.ts';
import type { Fault } from './fault.ts';

/** EventBridge delivers at least once: here every event comes twice, the push of the tag and all that happens to the stages. */
export const tagEventTwice: Fault = {
  name: 'tag-event-twice',
  summary: 'every event is delivered twice, the push of the tag too',
  cause: null,
  on: 'update',
  inject({ cloud: { events, states }, pipeline, tag }) {
    const once = events.emit.bind(events);
    const emit = (event: CloudEvent) => {
      once(event);
      once(event);
    };
    Object.assign(events, { emit });
    return {
      mend() {
        Reflect.deleteProperty(events, 'emit');
        const started = states.executions.of(pipeline['StateMachineArn'] ?? '').filter(({ props }) => props.name.startsWith(`${tag}-`));
        if (started.length !== 1) throw new Error(`${started.length} executions of ${tag} were started, expected 1`);
      },
    };
  },
};
