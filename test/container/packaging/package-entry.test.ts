import { bucket, ExamplePackaging, entryId, folder } from './example-packaging.ts';

let packaging: ExamplePackaging;
beforeAll(async () => {
  packaging = await ExamplePackaging.start();
}, 60_000);
afterAll(() => packaging.stop());

const task = { kind: 'package-entry', entryId } as const;

describe('an entry', () => {
  it('becomes a folder of its export and four files, and a message to the packager', async () => {
    Object.assign(packaging.tenant, { exporting: { runningPolls: 3, outcome: 'SUCCEEDED' } });
    const told = await packaging.process(task, { webhookId: 'msg_once' });
    expect(told.error).toBeUndefined();
    const files = await packaging.files();
    expect(Object.keys(files).sort()).toEqual([
      'EXP-EXAMPLE-1/entry.html',
      'EXP-EXAMPLE-1/table.csv',
      'README.md',
      'entry.json',
      'entry_data.json',
      'input.json',
    ]);
    expect(JSON.parse(files['entry.json'] ?? '')).toMatchObject({
      experiment_id: 'EXP-EXAMPLE-1',
      entry_id: entryId,
      creator: { handle: 'example' },
    });
    expect(JSON.parse(files['entry_data.json'] ?? '')).toEqual(packaging.tenant.entries.get(entryId));
    expect(packaging.sent()).toEqual([
      {
        source_prefix: `s3://${bucket}/${folder}/`,
        registry: bucket,
        package_name: folder,
        metadata_uri: 'entry.json',
        commit_message: 'Benchling entry EXP-EXAMPLE-1, modified 2026-01-02T00:00:00.000000+00:00',
      },
    ]);
    expect(told.metrics.map(({ metric }) => metric)).toEqual(['ExportDuration', 'ExportSize']);
  });

  it('whose event comes twice leaves the same package', async () => {
    const before = await packaging.files();
    expect((await packaging.process(task, { webhookId: 'msg_once' })).error).toBeUndefined();
    expect(await packaging.files()).toEqual(before);
    const [first, second] = packaging.sent();
    expect(second).toEqual(first);
  });

  it('that Benchling does not have is given up at once', async () => {
    const { error } = await packaging.process({ kind: 'package-entry', entryId: 'etr_absent' });
    expect(error).toEqual({ name: 'PackagingRefused', message: 'Benchling has no such entry, or this app may not see it.' });
  });

  it('whose export fails comes again later', async () => {
    Object.assign(packaging.tenant, { exporting: { runningPolls: 1, outcome: 'FAILED' } });
    const { error } = await packaging.process(task);
    expect(error).toMatchObject({ name: 'BenchlingError', message: expect.stringContaining('it failed: The export could not be made') });
    Object.assign(packaging.tenant, { exporting: { runningPolls: 0, outcome: 'SUCCEEDED' } });
  });

  it('leaves no address, token or credential in files, messages or logs', async () => {
    const everything = [packaging.output, JSON.stringify(await packaging.files()), JSON.stringify(packaging.sent())].join('\n');
    for (const secret of [...packaging.world.secretValues(), 'example-client-secret', 'X-Amz-Signature'])
      expect(everything).not.toContain(secret);
  });
});

describe('a hostile export', () => {
  const exporting = (name: string, content = 'example') =>
    packaging.tenant.exports.set(entryId, () => [{ name, content: [Buffer.from(content)] }]);
  afterEach(() => void packaging.tenant.exports.delete(entryId));

  it('cannot write outside its package, and the packager never hears of it', async () => {
    const before = { keys: packaging.standIn.parts.s3.keys(bucket), sent: packaging.sent().length };
    for (const name of ['../EXP-OTHER/entry.json', '/etc/passwd', 'C:\\autoexec.bat']) {
      exporting(name);
      expect((await packaging.process(task)).error).toMatchObject({ name: 'PackagingRefused', message: expect.stringContaining('member') });
    }
    expect(packaging.standIn.parts.s3.keys(bucket)).toEqual(before.keys);
    expect(packaging.sent()).toHaveLength(before.sent);
  });

  it('cannot replace the metadata', async () => {
    exporting('entry.json', '{"experiment_id":"EXP-OTHER"}');
    expect((await packaging.process(task)).error).toBeUndefined();
    const files = await packaging.files();
    expect(JSON.parse(files['entry.json'] ?? '')).toMatchObject({ experiment_id: 'EXP-EXAMPLE-1' });
    expect(files['export/entry.json']).toBe('{"experiment_id":"EXP-OTHER"}');
  });
});
