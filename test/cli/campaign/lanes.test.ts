import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../../../cli/campaign/lanes.ts';
import type { Answer } from '../../../cli/campaign/orders.ts';
import type { Fault } from '../../../rehearsal/faults/fault.ts';

describe('the lanes of a campaign', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'example-lanes-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What is told of two faults when each lane runs this text. */
  async function told(program: string): Promise<[string, Answer][]> {
    const file = join(folder, 'lane.mjs');
    writeFileSync(file, program);
    const answers: [string, Answer][] = [];
    const updated = [{ name: 'one' }, { name: 'other' }] as Fault[];
    const tell = (answer: Answer, of: string) => answers.push([of, answer]);
    await serve({ fresh: [], updated }, { timeScale: 0.05, containers: 'process' }, new AbortController().signal, tell, file);
    return answers;
  }

  it('tells of every fault that its world could not be opened, and why', async () => {
    const answers = await told("throw new Error('no world today')");
    const broken = { kind: 'broken', error: expect.stringContaining('no world today') };
    expect(answers).toEqual([
      ['one', broken],
      ['other', broken],
    ]);
  });

  it('goes on in a new world when one ends in the middle of a fault', async () => {
    const answers = await told(`
      process.send({ kind: 'ready' });
      process.on('message', ({ kind, fault }) => {
        if (kind === 'end') return process.disconnect();
        if (fault === 'one') process.exit(1);
        process.send({ kind: 'broken', error: 'answered' });
      });
    `);
    expect(answers).toEqual([
      ['one', { kind: 'broken', error: expect.stringContaining('the lane ended') }],
      ['other', { kind: 'broken', error: 'answered' }],
    ]);
  });
});
