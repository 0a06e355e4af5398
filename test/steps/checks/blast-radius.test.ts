import { blastRadius, seenAtCollection } from '../../../steps/checks/blast-radius.ts';
import type { StepInput } from '../../../steps/contract/steps.ts';
import {
  crashed,
  diagnosis,
  diagnostics,
  failure,
  firstDeploy,
  incident,
  proof,
  recovery,
  serving,
  taskArn,
  untouched,
} from '../incidents.ts';

type Input = StepInput<'Report'>;
const input = (changes: Partial<Input> = {}): Input => ({
  incident: incident(),
  diagnostics: diagnostics(),
  diagnosis: diagnosis(),
  recovery: recovery(),
  moves: [],
  proof: proof(),
  ...changes,
});
const healthy = { oldTasks: 2, targets: { healthy: 2, all: 3 } };
const unseen = { oldTasks: null, targets: null };

describe('the blast radius', () => {
  it('is nothing when nothing was deployed', () => {
    const early = input({
      incident: incident(untouched),
      recovery: recovery({ status: 'nothing' }),
      proof: proof({ outcome: 'unchanged' }),
    });
    expect(blastRadius(early, unseen)).toMatchObject({ served: 'untouched', before: { running: 2, desired: 2 } });
  });

  it('is nobody when it was the first deploy', () => {
    expect(blastRadius(input({ incident: firstDeploy(), proof: proof({ outcome: 'gone' }) }), unseen)).toMatchObject({
      served: 'nothing-before',
      before: null,
    });
  });

  it('says that the version before served at every look, and which looks those were', () => {
    expect(blastRadius(input(), healthy)).toEqual({
      served: 'kept',
      sentence:
        'What ran before served at every look. It is proven to serve now. Looks: before the release 2 of 2 tasks ran, when it was collected 2 of them still did, 2 of 3 targets were healthy then.',
      before: { running: 2, desired: 2 },
      ...healthy,
    });
  });

  it.each<[string, Partial<Input>, Parameters<typeof blastRadius>[1], string]>([
    ['a task of it was gone', {}, { ...healthy, oldTasks: 1 }, 'What ran before served in part when the failure was collected.'],
    ['it is not proven', { proof: proof({ outcome: 'unproven' }) }, healthy, 'What serves now is NOT proven.'],
    ['the targets were not collected', {}, { ...healthy, targets: null }, 'Whether what ran before served throughout is not known.'],
    ['the tasks were not collected', {}, { ...healthy, oldTasks: null }, 'Whether what ran before served throughout is not known.'],
  ])('claims no more than it knows when %s', (_, changes, seen, words) => {
    const radius = blastRadius(input(changes), seen);
    expect(radius.served).toBe('unknown');
    expect(radius.sentence).toContain(words);
  });

  it('claims no look that nobody took', () => {
    const { sentence } = blastRadius(input({ incident: incident({ inspection: null }) }), unseen);
    expect(sentence).toBe('Whether what ran before served throughout is not known. It is proven to serve now.');
  });

  it('is told loudest when no target was healthy', () => {
    expect(blastRadius(input(), { ...healthy, targets: { healthy: 0, all: 2 } })).toMatchObject({ served: 'hurt' });
  });

  it.each(['SmokeTest', 'WatchAlarms'])('is everybody once the new version has the traffic: %s', (state) => {
    expect(blastRadius(input({ incident: incident({ failure: { ...failure, state } }) }), healthy)).toMatchObject({ served: 'replaced' });
  });
});

describe('what is seen at collection', () => {
  it('counts tasks of the version before that run, and healthy targets', () => {
    const running = [
      serving(),
      serving({ taskArn: taskArn('1'.repeat(32)), lastStatus: 'DEACTIVATING' }),
      crashed({ lastStatus: 'RUNNING', desiredStatus: 'RUNNING' }),
    ];
    expect(seenAtCollection(incident(), running, [{ state: 'healthy' }, { state: 'draining' }])).toEqual({
      oldTasks: 1,
      targets: { healthy: 1, all: 2 },
    });
  });

  it('knows nothing of what was not collected', () => {
    expect(seenAtCollection(incident(), null, null)).toEqual(unseen);
    expect(seenAtCollection(firstDeploy(), [crashed({ lastStatus: 'RUNNING' })], [])).toEqual({
      oldTasks: null,
      targets: { healthy: 0, all: 0 },
    });
  });
});
