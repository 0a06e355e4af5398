import type { Measured } from '../contract/metrics.ts';
import type { Measures } from '../contract/ports.ts';
import type { IncidentReport } from '../contract/report.ts';
import { operator } from '../contract/rescue.ts';
import type { StepInput } from '../contract/steps.ts';
import { type Tally, tallied } from './tally.ts';

/** Tells CloudWatch of a release that ended without being one. */
export function measureIncident(
  { incident, proof }: StepInput<'Report'>,
  { outcome, timeline }: IncidentReport,
  counted: Tally | null,
  measures: Measures,
): void {
  // A rollback that a person asked for is no release that failed.
  const asked = incident.failure.state === operator;
  const values: Measured[] = asked ? [] : [{ metric: 'NotReleased', value: 1 }];
  if (outcome === 'not-recovered') values.push({ metric: 'NotRecovered', value: 1 });
  if (incident.deployment && !asked) {
    values.push({ metric: 'Changed', value: 1 }, { metric: 'ChangeFailed', value: 1 });
    const broke = timeline.find(({ what }) => what === 'broke')?.at;
    const restored = proof.outcome === 'proven' || proof.outcome === 'gone';
    if (broke && restored) values.push({ metric: 'TimeToRestore', value: Math.max(0, (Date.parse(proof.at) - Date.parse(broke)) / 1000) });
  }
  measures.send([...values, ...(counted ? tallied(counted) : [])]);
}
