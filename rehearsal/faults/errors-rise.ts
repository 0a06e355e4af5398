import type { Fault } from './fault.ts';
import { isNewVersion } from './new-version.ts';

/** Deployed, tested and proven right; then two of three callers get an error. Only the stage's alarms see it. */
export const errorsRise: Fault = {
  name: 'errors-rise',
  summary: 'the new version passes its smoke test, and then answers most callers with 500',
  cause: 'AlarmDuringWatch',
  failedStep: 'WatchAlarms',
  on: 'update',
  // Callers meet errors until the alarm rings and the old version is back: that is what the watch cannot spare them.
  clientMayFail: true,
  inject(context) {
    const isNew = isNewVersion(context);
    let ill = false;
    let asked = 0;
    return {
      hear(moment) {
        if (moment.state === 'WatchAlarms' && moment.stage === context.stage.name) ill = true;
      },
      response({ path, healthCheck, ...target }) {
        // What the machine and the load balancer ask is answered well: it is the callers who suffer.
        if (!ill || healthCheck || path !== '/health/live' || !isNew(target)) return undefined;
        asked += 1;
        if (asked % 3 === 0) return undefined;
        return {
          status: 500,
          headers: { 'content-type': 'application/json' },
          body: '{"error":"InternalError","message":"something broke"}',
        };
      },
    };
  },
};
