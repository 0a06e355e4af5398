import { isBy } from './calls.ts';
import type { Fault } from './fault.ts';

/** Seconds that the step is given, real ones; AWS would give it a minute. */
const given = 4;

/** AWS does not answer a step in time: its function is cut off in the middle of its work, and asked again. */
export const stepTimesOut: Fault = {
  name: 'step-times-out',
  summary: 'the first answer of CloudFormation to InspectStage never comes, and the function is cut off',
  cause: null,
  on: 'update',
  inject({ cloud }) {
    const code = cloud.lambda.functions
      .all()
      .filter(({ name }) => name.includes('InspectStage'))
      .flatMap(({ name }) => cloud.lambda.functions.versions(name));
    const before = code.map(({ timeout }) => timeout);
    const give = (seconds: readonly number[]) => {
      for (const [at, version] of code.entries()) Object.assign(version, { timeout: seconds[at] });
    };
    give(before.map(() => given));
    let late = false;
    return {
      async call(call) {
        if (late || call.operation !== 'DescribeStacks' || !isBy('InspectStage', call)) return;
        late = true;
        // Longer than the function lives. The next one has its usual time.
        await new Promise((resolve) => setTimeout(resolve, (given + 1) * 1000));
        give(before);
      },
      mend: () => give(before),
    };
  },
};
