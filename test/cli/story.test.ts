import { messageOf } from '../../cli/story.ts';
import { ExampleHistory, exampleFailure } from './history.ts';

const lines = (history: ExampleHistory) =>
  history.told().moments.map(({ stage, state, event, text }) => [stage ?? '–', state, event, ...(text ? [text] : [])].join(' '));

describe('the story of an execution', () => {
  it('tells each step when it is entered and when the next one is', () => {
    expect(lines(new ExampleHistory().pass('AcceptTag').pass('BuildImage').end('ExecutionSucceeded'))).toEqual([
      '– AcceptTag entered',
      '– AcceptTag done',
      '– BuildImage entered',
      '– BuildImage done',
    ]);
  });

  it('tells a step that loops once, and what it waits for each time that changes', () => {
    const watch = (waitingFor: string) => ({ watch: { status: 'running', waitingFor } });
    const history = new ExampleHistory().stage('staging');
    for (const words of ['2 of 2 tasks', '2 of 2 tasks', '1 of 2 tasks']) history.pass('WatchDeployment', watch(words));
    expect(lines(history)).toEqual([
      'staging WatchDeployment entered',
      'staging WatchDeployment waiting 2 of 2 tasks',
      'staging WatchDeployment waiting 1 of 2 tasks',
    ]);
  });

  it('calls a stage released when it is unlocked, and not before', () => {
    const history = new ExampleHistory().stage('staging').pass('Deploy');
    expect(history.told().stages).toEqual([{ name: 'staging', outcome: 'in-progress' }]);
    history.pass('UnlockStage', { index: 1 }).stage('prod').pass('PlanChange');
    expect(history.told().stages).toEqual([
      { name: 'staging', outcome: 'released' },
      { name: 'prod', outcome: 'in-progress' },
    ]);
  });

  it('calls the stage failed in which a state failed, also when that was the unlocking', () => {
    const history = new ExampleHistory().stage('staging').enter('UnlockStage').leave('UnlockStage', { failure: exampleFailure });
    expect(history.told().stages).toEqual([{ name: 'staging', outcome: 'failed' }]);
  });

  it("tells the failure by its error and the message inside the Lambda's JSON", () => {
    const history = new ExampleHistory().stage('staging').enter('Deploy').leave('Deploy', { failure: exampleFailure });
    expect(lines(history)).toEqual(['staging Deploy entered', 'staging Deploy failed ContainerCrashed: it crashed']);
  });

  it('belongs to no stage any more after the last', () => {
    const history = new ExampleHistory().stage('staging').pass('UnlockStage', { index: 1 }).stage(null).pass('CloseRelease');
    expect(lines(history).at(-1)).toBe('– CloseRelease entered');
  });

  it('goes on in the rescue of an execution that died', () => {
    const died = { ...exampleFailure, state: 'WatchDeployment', error: 'MachineDied' };
    const history = new ExampleHistory()
      .stage('staging')
      .enter('WatchDeployment')
      .end('ExecutionAborted')
      .enter('Entrance', 'ChoiceStateEntered')
      .leave('Entrance', { stage: { name: 'staging' }, failure: died })
      .enter('CollectDiagnostics');
    expect(lines(history)).toEqual([
      'staging WatchDeployment entered',
      'staging WatchDeployment failed the execution was aborted',
      'staging CollectDiagnostics entered',
    ]);
    expect(history.told().stages).toEqual([{ name: 'staging', outcome: 'failed' }]);
    expect(history.told().known.failure).toEqual(died);
  });

  it('can be told of a rescue alone', () => {
    const failure = { ...exampleFailure, state: 'WatchDeployment' };
    const history = new ExampleHistory()
      .enter('Entrance', 'ChoiceStateEntered')
      .leave('Entrance', { stage: { name: 'prod' }, failure })
      .enter('RollBack');
    expect(lines(history)).toEqual(['prod WatchDeployment failed ContainerCrashed: it crashed', 'prod RollBack entered']);
    expect(history.told().stages).toEqual([{ name: 'prod', outcome: 'failed' }]);
  });

  it('counts every state that was entered, as Step Functions bills them', () => {
    const history = new ExampleHistory().stage('staging').pass('Deploy').enter('Pause', 'WaitStateEntered').pass('Deploy');
    expect(history.told().meter.transitions).toBe(4);
  });

  it('keeps what the failure path found', () => {
    const diagnosis = { cause: 'ContainerCrashed', confidence: 'certain', sentence: 'It crashed.', evidence: [] };
    expect(new ExampleHistory().pass('Diagnose', { diagnosis }).told().known).toEqual({ diagnosis });
  });
});

describe('the message of a failure', () => {
  it.each([
    ['{"errorType":"TagMoved","errorMessage":"the tag moved"}', 'the tag moved'],
    ['{"Build":{"Id":"example"}}', '{"Build":{"Id":"example"}}'],
    ['The task timed out.', 'The task timed out.'],
  ])('in %s', (cause, message) => {
    expect(messageOf(cause)).toBe(message);
  });
});
