import { rowOf } from '../../cli/campaign/row.ts';
import { linesOf } from '../../cli/campaign/table.ts';
import type { RehearsedRelease } from '../../cli/rehearse-release.ts';
import type { Fault } from '../../rehearsal/faults/fault.ts';

const fault: Fault = {
  name: 'example',
  summary: 'example',
  cause: 'ContainerCrashed',
  on: 'update',
  history: { seconds: 270, words: 'the breaker' },
  inject: () => ({}),
};
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
const moment = (second: number, state: string, event: 'entered' | 'failed' | 'done', stage: string | null) => ({
  at: at(second),
  stage,
  state,
  event,
});
const release = (timeline: RehearsedRelease['timeline'], more: Partial<RehearsedRelease> = {}) =>
  ({
    outcome: 'not-released',
    cause: 'ContainerCrashed',
    differences: [],
    availability: [],
    timeline,
    diagnostics: { location: 'no-such-folder', objects: 1, missing: [], sealedAt: at(32) },
    ...more,
  }) as unknown as RehearsedRelease;

const crash = [
  moment(0, 'AcceptTag', 'entered', null),
  moment(10, 'InspectStage', 'entered', 'staging'),
  moment(20, 'Deploy', 'entered', 'staging'),
  moment(21, 'WatchDeployment', 'entered', 'staging'),
  moment(30, 'WatchDeployment', 'failed', 'staging'),
  moment(40, 'ProveRollback', 'done', 'staging'),
];

describe('the figures of a fault', () => {
  it('count from the deployment that failed to the decision, and from the decision to the seal and to the proof', async () => {
    expect(await rowOf(fault, release(crash), 'kept')).toMatchObject({ secondsToDecision: 10, secondsToSeal: 2, secondsToProof: 10 });
  });

  it('count from where the stage began when only an earlier stage was deployed', async () => {
    const timeline = [
      moment(20, 'Deploy', 'entered', 'staging'),
      moment(50, 'InspectStage', 'entered', 'prod'),
      moment(51, 'RequestApproval', 'entered', 'prod'),
      moment(60, 'LockStage', 'failed', 'prod'),
    ];
    expect((await rowOf(fault, release(timeline), 'kept')).secondsToDecision).toBe(10);
  });

  it('count from the begin of a release that reached no stage', async () => {
    const timeline = [moment(0, 'AcceptTag', 'entered', null), moment(2, 'ValidateSecret', 'failed', null)];
    expect((await rowOf(fault, release(timeline), 'kept')).secondsToDecision).toBe(2);
  });

  it('are not there for a release that went through', async () => {
    const row = await rowOf({ ...fault, cause: null }, release(crash, { outcome: 'released', cause: null }), 'kept');
    expect(row).toMatchObject({
      ok: true,
      expectedOutcome: 'released',
      secondsToDecision: null,
      secondsToSeal: null,
      secondsToProof: null,
    });
  });

  it('stand beside what the founding team lived through, and differences below', async () => {
    const row = await rowOf(fault, release(crash, { differences: ['cause: "X", expected "Y"'] }), 'kept');
    const [line, difference] = linesOf(row);
    expect(line).toMatch(/^ ✗ +example +ContainerCrashed +10\.0 s +2\.0 s +10\.0 s +4 min 30 s: the breaker$/);
    expect(difference).toContain('cause: "X"');
  });
});
