import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetOld } from '../../rehearsal/assembly.ts';

describe('assemblies of earlier states of the sources', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'example-assemblies-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  /** @param hours since it was asked for */
  const made = (name: string, hours: number) => {
    const at = new Date(Date.now() - hours * 3_600_000);
    mkdirSync(join(home, name));
    utimesSync(join(home, name), at, at);
  };

  it('are forgotten, but for the four that were asked for last', async () => {
    for (const hours of [5, 6, 7, 8, 9, 10]) made(`asked-${hours}-hours-ago`, hours);
    await forgetOld(home);
    expect(readdirSync(home).sort()).toEqual([5, 6, 7, 8].map((hours) => `asked-${hours}-hours-ago`));
  });

  it('stay, however many there are, while a rehearsal may run from them', async () => {
    for (const minutes of [0, 1, 2, 3, 4, 5, 60]) made(`asked-${minutes}-minutes-ago`, minutes / 60);
    await forgetOld(home);
    expect(readdirSync(home)).toHaveLength(7);
  });

  it('leave no drafts behind whose making was killed, and those that are being made alone', async () => {
    made('draft-old', 5);
    made('draft-new', 0);
    await forgetOld(home);
    expect(readdirSync(home)).toEqual(['draft-new']);
  });
});
