import { exitCodeOf, resultOf } from '../../cli/result.ts';
import type { Diagnosis, Proof, Recovery } from '../../steps/contract/failure.ts';
import { ExampleHistory, exampleExecution, exampleFailure } from './history.ts';

const diagnosis: Diagnosis = { cause: 'ContainerCrashed', confidence: 'certain', sentence: 'It crashed.', evidence: [] };
const recovery: Recovery = {
  status: 'started',
  action: 'stop-service-deployment',
  stackId: null,
  changeSetArn: null,
  reason: 'example',
  polls: 0,
  at: '2026-01-01T00:00:30.000Z',
};
const proof = (outcome: Proof['outcome']): Proof => ({ outcome, reason: 'example', at: '2026-01-01T00:00:40.000Z' });
const pointer = (outcome: string) =>
  JSON.stringify({
    outcome,
    cause: 'ContainerCrashed',
    sentence: 'It crashed.',
    bucket: 'example',
    reportKey: 'diagnostics/example/report.md',
  });

const failing = () => new ExampleHistory().stage('staging').enter('Deploy').leave('Deploy', { failure: exampleFailure });
const failed = (cause: string | null, error = 'ContainerCrashed') => exampleExecution({ status: 'FAILED', error, cause });

describe('the result of a release', () => {
  it('is released, with every stage proven, when the execution succeeded', () => {
    const history = new ExampleHistory().stage('staging').pass('UnlockStage', { index: 1 }).end('ExecutionSucceeded');
    expect(resultOf('v1.4.0', history.told(), exampleExecution({}))).toMatchObject({
      outcome: 'released',
      failedStep: null,
      cause: null,
      stages: [{ name: 'staging', outcome: 'released', rolledBack: false, proven: true }],
      durations: { release: 42_000 },
      cost: { transitions: 2, build: { minutes: 0, usd: 0 } },
    });
  });

  it('names step, cause and report of a release that was rolled back', () => {
    const story = failing()
      .pass('Diagnose', { diagnosis })
      .pass('RollBack', { recovery })
      .pass('ProveRollback', { proof: proof('proven') })
      .told();
    expect(resultOf('v1.4.0', story, failed(pointer('not-released')))).toMatchObject({
      outcome: 'not-released',
      failedStep: 'Deploy',
      cause: 'ContainerCrashed',
      sentence: 'It crashed.',
      stages: [{ name: 'staging', outcome: 'failed', rolledBack: true, proven: true }],
      report: 's3://example/diagnostics/example/report.md',
    });
  });

  it('names the cause that a person acts on, when the rollback failed as well', () => {
    const story = failing().pass('Diagnose', { diagnosis }).told();
    const told = JSON.stringify({ ...JSON.parse(pointer('not-recovered')), cause: 'RollbackFailed' });
    expect(resultOf('v1.4.0', story, failed(told))).toMatchObject({ cause: 'RollbackFailed', sentence: 'It crashed.' });
  });

  it('is released by a stage whose stack was healed first, and says so', () => {
    const story = new ExampleHistory()
      .stage('staging')
      .pass('LockStageSettled', { failure: { ...exampleFailure, state: 'InspectStage', error: 'StackLocked' } })
      .pass('HealStack', { heal: { status: 'running', waitingFor: 'example', did: [] } })
      .pass('HealStack', { heal: { status: 'healed', waitingFor: '', did: ['continue-rollback'] } })
      .pass('UnlockStage', { index: 1 })
      .end('ExecutionSucceeded')
      .told();
    expect(resultOf('v1.4.0', story, exampleExecution({}))).toMatchObject({
      outcome: 'released',
      stages: [{ outcome: 'released', proven: true }],
      healed: [{ stage: 'staging', did: ['continue-rollback'] }],
    });
  });

  it.each([
    ['proven', true, true],
    ['gone', true, true],
    ['unproven', true, false],
    ['blocked', false, false],
  ] as const)('after a rollback that is %s', (outcome, rolledBack, proven) => {
    const story = failing()
      .pass('RollBack', { recovery })
      .pass('ProveRollback', { proof: proof(outcome) })
      .told();
    expect(resultOf('v1.4.0', story, failed(pointer('not-recovered'))).stages).toEqual([
      { name: 'staging', outcome: 'failed', rolledBack, proven },
    ]);
  });

  it('claims no rollback of a machine that died while it rolled back, and calls for a person', () => {
    const story = failing().pass('RollBack', { recovery }).end('ExecutionAborted').told();
    const result = resultOf('v1.4.0', story, exampleExecution({ status: 'ABORTED' }));
    expect(result).toMatchObject({ outcome: 'not-recovered', stages: [{ rolledBack: false, proven: false }], report: null });
    expect(exitCodeOf(result)).toBe(3);
  });

  it('rolled nothing back where nothing had changed', () => {
    const nothing = { ...recovery, status: 'nothing', action: 'none' };
    const story = failing()
      .pass('RollBack', { recovery: nothing })
      .pass('ProveRollback', { proof: proof('unchanged') })
      .told();
    expect(resultOf('v1.4.0', story, failed(pointer('not-released'))).stages).toMatchObject([{ rolledBack: false, proven: true }]);
  });
});

describe('what a shell learns', () => {
  it.each([
    ['released', 0],
    ['not-released', 1],
    ['not-recovered', 3],
  ] as const)('of a release that is %s is %d', (outcome, code) => {
    expect(exitCodeOf({ outcome })).toBe(code);
  });
});
