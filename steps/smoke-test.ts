import { runSmoke, type SmokePorts } from './checks/smoke.ts';
import { knownValues, readExpectations, smokeFailure } from './checks/smoke-verdict.ts';
import type { Clock, Objects } from './contract/ports.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface SmokeTestPorts extends SmokePorts {
  objects: Pick<Objects, 'get'>;
  clock: Clock;
}

/** Tests what now serves the stage against what the tag's own build promised. A failed check is a verdict, not an error: its transcript is kept. */
export async function smokeTest(input: StepInput<'SmokeTest'>, ports: SmokeTestPorts): Promise<StepOutput<'SmokeTest'>> {
  const { release, stage, image, inspection, config } = input;
  const checks = await runSmoke(
    {
      url: inspection.foundation.ServiceUrl,
      sampleKeyAlias: inspection.foundation.SampleKeyAlias,
      expectations: await readExpectations(image.artefacts, ports.objects),
      known: knownValues(release.version, stage, config),
      now: ports.clock.now(),
    },
    ports,
  );
  return { checks, failure: smokeFailure(checks) };
}
