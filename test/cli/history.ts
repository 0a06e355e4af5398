import { Story } from '../../cli/story.ts';
import type { ExecutionView, HistoryEvent } from '../../steps/clients/execution-history.ts';

const start = Date.parse('2026-01-01T00:00:00Z');

/** Events of an execution, one second apart, written as short as they can be. */
export class ExampleHistory {
  readonly events: HistoryEvent[] = [];

  enter(state: string, type = 'TaskStateEntered'): this {
    return this.add({ type, state });
  }

  leave(state: string, assigned: Record<string, unknown> = {}): this {
    return this.add({ type: 'TaskStateExited', state, assigned });
  }

  /** A state that is entered and left at once. */
  pass(state: string, assigned: Record<string, unknown> = {}): this {
    return this.enter(state).leave(state, assigned);
  }

  stage(name: string | null): this {
    return this.enter('NextStage', 'ChoiceStateEntered').leave('NextStage', { stage: name && { name } });
  }

  end(type: 'ExecutionSucceeded' | 'ExecutionFailed' | 'ExecutionAborted'): this {
    return this.add({ type });
  }

  told(): Story {
    const story = new Story();
    for (const event of this.events) story.take(event);
    return story;
  }

  private add(event: Partial<HistoryEvent> & Pick<HistoryEvent, 'type'>): this {
    const id = this.events.length + 1;
    this.events.push({ id, at: new Date(start + id * 1000).toISOString(), assigned: {}, ...event });
    return this;
  }
}

export const exampleExecution = (view: Partial<ExecutionView>): ExecutionView => ({
  arn: 'arn:aws:states:us-east-1:111122223333:execution:example:v1.4.0',
  name: 'v1.4.0-1234567-1',
  status: 'SUCCEEDED',
  startedAt: '2026-01-01T00:00:00.000Z',
  stoppedAt: '2026-01-01T00:00:42.000Z',
  error: null,
  cause: null,
  ...view,
});

export const exampleFailure = {
  state: 'Deploy',
  error: 'ContainerCrashed',
  cause: '{"errorType":"ContainerCrashed","errorMessage":"it crashed"}',
};
