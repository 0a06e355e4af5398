import { LinesView } from '../../cli/view/lines.ts';

const begin = Date.parse('2026-01-01T00:00:00Z');
const moment = { at: '2026-01-01T00:00:12.300Z', stage: 'staging', state: 'WatchDeployment' } as const;

describe('a release told in lines', () => {
  let lines: string[];
  let view: LinesView;
  beforeEach(() => {
    lines = [];
    view = new LinesView(begin, (line) => lines.push(line));
  });

  it('says when, where and what, without trailing blanks', () => {
    view.tell({ ...moment, event: 'entered' });
    view.tell({ ...moment, stage: null, state: 'AcceptTag', event: 'entered' });
    expect(lines).toEqual(['  12.3 s  staging   WatchDeployment', '  12.3 s            AcceptTag']);
  });

  it('names what is waited for, and why it failed, each in one line', () => {
    view.tell({ ...moment, event: 'waiting', text: '2 of 2 tasks to be healthy' });
    view.tell({ ...moment, event: 'failed', text: 'ContainerCrashed:\n2 tasks stopped' });
    expect(lines).toEqual([
      '  12.3 s  staging   WatchDeployment     waiting for 2 of 2 tasks to be healthy',
      '  12.3 s  staging   WatchDeployment     ✗ ContainerCrashed: 2 tasks stopped',
    ]);
  });

  it('keeps quiet about a step that is done: the next one says it', () => {
    view.tell({ ...moment, event: 'done' });
    expect(lines).toEqual([]);
  });
});
