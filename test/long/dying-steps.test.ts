import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CampaignResult } from '../../cli/campaign/rehearse-all.ts';
import type { FaultRow } from '../../cli/campaign/row.ts';
import { stepDies } from '../../rehearsal/faults/step-dies.ts';
import { type CopyOfTree, copyOfTree } from '../scenarios/copy-of-tree.ts';
import { release } from '../scenarios/run-release.ts';

const names = stepDies.map(({ name }) => name);

describe('a release one of whose steps dies for good', () => {
  let copy: CopyOfTree;
  let rows: Map<string, FaultRow>;
  let said = '';

  beforeAll(async () => {
    copy = copyOfTree();
    const file = join(copy.folder, '.local', 'rows.json');
    const { stdout, stderr } = await release(
      copy.folder,
      'rehearse',
      '--all',
      '--only',
      names.join(),
      '--containers',
      'process',
      '--json',
      file,
    );
    said = `${stdout}${stderr}`;
    if (!existsSync(file)) throw new Error(`no campaign:\n${said}`);
    rows = new Map((JSON.parse(readFileSync(file, 'utf8')) as CampaignResult).faults.map((row) => [row.fault, row]));
  }, 1_700_000);
  afterAll(() => copy.remove());

  it.each(names)('%s: released, or failed and proven, or a person is told to act', (name) => {
    const row = rows.get(name);
    if (!row) throw new Error(`no answer:\n${said}`);
    expect({ differences: row.differences }).toEqual({ differences: [] });
  });

  it.each(names)('%s: no caller of the old version notices', (name) => {
    expect(rows.get(name)?.availability.filter(({ failed }) => failed > 0)).toEqual([]);
  });
});
