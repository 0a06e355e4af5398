import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { RehearsalResult } from '../../cli/rehearse.ts';
import { printSummary } from '../../cli/view/summary.ts';

const stages = [{ name: 'staging', url: 'http://127.0.0.1:8080' }];
const released: RehearsalResult = {
  tag: 'v1.4.0',
  outcome: 'released',
  failedStep: null,
  cause: null,
  sentence: null,
  endsBefore: null,
  healed: [],
  stages: [{ name: 'staging', outcome: 'released', rolledBack: false, proven: true }],
  timeline: [],
  diagnostics: null,
  report: null,
  durations: { release: 20_400, total: 33_800 },
  cost: { transitions: 54, usd: 0.00135, build: { minutes: 4, usd: 0.04 }, lines: [] },
  fault: null,
  containers: 'process',
  timeScale: 0.05,
  availability: [],
  differences: [],
  serving: { staging: '1.4.0' },
  peakMebibytes: 818,
  calls: 'calls.jsonl',
};
const failed: RehearsalResult = {
  ...released,
  outcome: 'not-released',
  cause: 'ContainerCrashed',
  sentence: '2 tasks stopped.\n\u001b[31mSee the log.',
  stages: [{ name: 'staging', outcome: 'failed', rolledBack: true, proven: true }],
  availability: [
    {
      stage: 'staging',
      requests: 231,
      failed: 1,
      firstFailure: '2026-01-01T00:00:00.000Z answered 503',
      lastFailure: '2026-01-01T00:00:00.000Z answered 503',
    },
  ],
  serving: { staging: null },
};

describe('what a person reads last', () => {
  let folder: string;
  let lines: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'example-summary-'));
    lines = [];
    jest.spyOn(console, 'log').mockImplementation((line: unknown = '') => void lines.push(String(line)));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  it('says where a tag is released, what answers there, and what it took', async () => {
    await printSummary(released, stages);
    expect(lines).toEqual([
      '',
      '✓ v1.4.0 is released to staging.',
      '  staging: http://127.0.0.1:8080/health says version 1.4.0',
      '  20.4 s for the release, 33.8 s in all; peak memory of all processes (PSS) 818 MiB; 54 transitions; on AWS $0.0014, and $0.04 for 4 build minutes',
    ]);
  });

  it('says how far a tag went that does not go all the way', async () => {
    await printSummary({ ...released, tag: 'v1.5.0-rc.1', endsBefore: 'prod' }, [
      ...stages,
      { name: 'prod', url: 'http://127.0.0.1:8081' },
    ]);
    expect(lines[1]).toBe('✓ v1.5.0-rc.1 is released to staging; prod takes no tag like it.');
  });

  it('says why a tag is not released in one line, and the failed requests of a client', async () => {
    await printSummary(failed, stages);
    expect(lines).toContain('✗ v1.4.0 is not released: ContainerCrashed. 2 tasks stopped. [31mSee the log.');
    expect(lines).toContain('  staging: http://127.0.0.1:8080/health says version – (nothing answers)');
    expect(lines).toContain(
      '  staging: 231 requests of a client during the release, 1 failed (first: 2026-01-01T00:00:00.000Z answered 503)',
    );
    expect(lines).toContain('  staging: failed, rolled back, proven');
  });

  it('calls for a person when the stage is not recovered', async () => {
    const stage = { name: 'staging', outcome: 'failed', rolledBack: true, proven: false };
    await printSummary({ ...failed, outcome: 'not-recovered', stages: [stage] }, stages);
    expect(lines[1]).toMatch(/^✗ v1\.4\.0 is not released, and a person must act: ContainerCrashed/);
    expect(lines).toContain('  staging: failed, rolled back, NOT proven');
  });

  it('shows what was kept, what is missing, and the lines that prove the cause', async () => {
    const report = join(folder, 'report.md');
    const evidence = [{ source: 'logs/example.log', line: 'TypeError: example' }];
    writeFileSync(join(folder, 'report.json'), JSON.stringify({ diagnosis: { evidence } }));
    const missing = [{ source: 'service', reason: 'example' }];
    const diagnostics = { location: join(folder, 'bundle'), objects: 12, missing, sealedAt: null };
    await printSummary({ ...failed, diagnostics, report }, stages);
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}diagnostics: 12 objects in .*bundle, 1 sources missing$/));
    expect(lines).toContain('    logs/example.log: TypeError: example');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}report: .*report\.md$/));
  });

  it('says that memory is not known where the kernel does not tell', async () => {
    await printSummary({ ...released, peakMebibytes: null }, stages);
    expect(lines.at(-1)).toContain('(PSS) not known on this system');
  });
});
