import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { newestReported, reported } from '../../../cli/commands/report.ts';
import { UsageError } from '../../../cli/exit-codes.ts';
import { formOf, newestKeptReport, readKept } from '../../../cli/kept-reports.ts';
import { keys } from '../../../steps/contract/records.ts';
import { FakeTable } from '../../steps/fakes.ts';
import { exampleWorld, record } from '../example-world.ts';

const at = { bucket: 'example-diagnostics', key: 'diagnostics/v1.4.0-0123456-1/report.md' };

describe('the report of a tag', () => {
  it('is where the record says', () => {
    expect(reported(record({ outcome: 'not-released', report: at })).report).toEqual(at);
  });

  it('is not there for a release that has none, and the one line says why', () => {
    expect(() => reported(record())).toThrow(
      new UsageError('v1.4.0-0123456-1 has no report: it is released. Next: npx release status v1.4.0'),
    );
    expect(() => reported(record({ outcome: 'not-released', report: null }))).toThrow('the store refused its report');
  });
});

describe('the newest report', () => {
  const recent = (...names: string[]) => ({ recent: () => Promise.resolve(names.map((name) => ({ arn: '', name, status: 'FAILED' }))) });
  const failed = (tag: string, attempt: number) =>
    record({
      ...keys.release(tag, attempt),
      tag,
      attempt,
      name: `${tag}-0123456-${attempt}`,
      outcome: 'not-released',
      report: { ...at, key: tag },
    });

  it('is that of the newest release that has one, also of a rescue', async () => {
    const table = new FakeTable(failed('v1.4.0', 1), record({ ...keys.release('v1.5.0', 1), tag: 'v1.5.0' }), failed('v1.3.0', 1));
    const world = {
      ...exampleWorld({ table }),
      executions: { ...exampleWorld().executions, ...recent('v1.5.0-0123456-1', 'v1.4.0-0123456-1-rescue', 'v1.3.0-0123456-1') },
    };
    expect((await newestReported(world)).report.key).toBe('v1.4.0');
  });

  it('is nowhere when no release has one', async () => {
    const world = { ...exampleWorld({ table: new FakeTable() }), executions: { ...exampleWorld().executions, ...recent('not-a-release') } };
    await expect(newestReported(world)).rejects.toThrow('No recent release has a report. Next: npx release status');
  });
});

describe('the report that a finished rehearsal left', () => {
  const root = mkdtempSync(join(tmpdir(), 'kept-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const leave = (tag: string, id: string, minutesAgo: number) => {
    const path = join(root, '.local', 'releases', tag, id, 'diagnostics', 'report.md');
    mkdirSync(dirname(path), { recursive: true });
    for (const form of ['md', 'html'] as const) writeFileSync(formOf(path, form), `${form} of ${id}`);
    const made = new Date(Date.UTC(2026, 0, 1) - minutesAgo * 60_000);
    utimesSync(path, made, made);
    return path;
  };

  it('is none before the first rehearsal', async () => {
    expect(await newestKeptReport(root)).toBeNull();
  });

  it('is the newest of the tag, or of all, and lies in each form', async () => {
    const old = leave('v1.4.0', 'a', 30);
    const newer = leave('v1.4.0', 'b', 20);
    const newest = leave('v1.5.0', 'c', 10);
    mkdirSync(join(root, '.local', 'releases', 'v1.6.0', 'released'), { recursive: true });
    expect(await newestKeptReport(root, 'v1.4.0')).toBe(newer);
    expect(await newestKeptReport(root)).toBe(newest);
    expect(await newestKeptReport(root, 'v1.6.0')).toBeNull();
    expect(await readKept(old, 'html')).toBe('html of a');
  });
});
