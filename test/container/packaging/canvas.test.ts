import { canvasId, ExamplePackaging, entryId } from './example-packaging.ts';

let packaging: ExamplePackaging;
beforeAll(async () => {
  packaging = await ExamplePackaging.start();
}, 60_000);
afterAll(() => packaging.stop());

const show = { kind: 'show-canvas', canvasId } as const;
const press = (buttonId: string) => ({ kind: 'press-button', canvasId, buttonId }) as const;
const views = (rows: { pkg_name: string; user_meta: Record<string, string> }[]) =>
  packaging.standIn.parts.athena.packagesView('example', 'example-bucket', rows);

describe('a canvas', () => {
  it('shows where the package is, what to press, and that nothing is there yet', async () => {
    views([]);
    expect((await packaging.process(show)).error).toBeUndefined();
    const canvas = packaging.canvas();
    expect(canvas).toMatchObject({
      'browse-package': { type: 'BUTTON', text: 'Browse package', enabled: true },
      'update-package': { type: 'BUTTON', text: 'Update package', enabled: true },
      status: { value: '**Status**: Not packaged yet: press Update package.' },
      linked: { value: expect.stringContaining('None.') },
    });
    expect(canvas['package']?.value).toContain('(https://catalog.example.com/b/example-bucket/packages/benchling/EXP-EXAMPLE-1)');
    expect(canvas['package']?.value).toContain(
      `(https://catalog.example.com/redir/${encodeURIComponent('quilt+s3://example-bucket#package=benchling/EXP-EXAMPLE-1:latest&catalog=catalog.example.com')})`,
    );
    expect(packaging.sent()).toEqual([]);
  });

  it('lists the packages that name the entry, without its own', async () => {
    views([
      { pkg_name: 'example/linked', user_meta: { experiment_id: 'EXP-EXAMPLE-1' } },
      { pkg_name: 'benchling/EXP-EXAMPLE-1', user_meta: { experiment_id: 'EXP-EXAMPLE-1' } },
      { pkg_name: 'example/other', user_meta: { experiment_id: 'EXP-2' } },
    ]);
    await packaging.process(show);
    expect(packaging.canvas()['linked']?.value).toBe(
      '### Linked packages\n\n- [example/linked](https://catalog.example.com/b/example-bucket/packages/example/linked)',
    );
  });

  it('is drawn without them when they cannot be asked for', async () => {
    packaging.standIn.hooks.call = ({ operation }) => {
      if (operation === 'StartQueryExecution') throw Object.assign(new Error('not today'), { name: 'InvalidRequestException' });
    };
    expect((await packaging.process(show)).error).toBeUndefined();
    delete packaging.standIn.hooks.call;
    expect(packaging.canvas()['linked']?.value).toContain('could not be looked up');
    await packaging.logged('linked.unread');
  });

  it('that is gone is given up', async () => {
    const { error } = await packaging.process({ kind: 'show-canvas', canvasId: 'cnvs_absent' });
    expect(error).toEqual({ name: 'PackagingRefused', message: 'Benchling has no such canvas, or this app may not see it.' });
  });
});

describe('the button Update package', () => {
  it('packages the entry and says so', async () => {
    expect((await packaging.process(press('update-package'))).error).toBeUndefined();
    expect(packaging.sent()).toHaveLength(1);
    expect(packaging.canvas()).toMatchObject({
      status: { value: expect.stringContaining('Sent to the packager') },
      'update-package': { enabled: true },
    });
  });

  it('rests while the package is made', async () => {
    Object.assign(packaging.tenant, { exporting: { runningPolls: 20, outcome: 'SUCCEEDED' } });
    const done = packaging.process(press('update-package'));
    const deadline = Date.now() + 10_000;
    while (packaging.canvas()['update-package']?.enabled !== false && Date.now() < deadline) await new Promise(setImmediate);
    expect(packaging.canvas()['status']?.value).toContain('Updating the package');
    packaging.send('stop');
    // A task that stops hands the event back: the next one tells how it ended.
    expect((await done).error?.message).toBe('The task stops');
    Object.assign(packaging.tenant, { exporting: { runningPolls: 0, outcome: 'SUCCEEDED' } });
  });

  it('shows why it failed, and that it is tried again', async () => {
    Object.assign(packaging.tenant, { exporting: { runningPolls: 0, outcome: 'FAILED' } });
    expect((await packaging.process(press('update-package'), { attempt: 2 })).error?.name).toBe('BenchlingError');
    expect(packaging.canvas()['status']?.value).toMatch(/Attempt 2 failed and is repeated later.*The export could not be made/);
    await packaging.process(press('update-package'), { attempt: 10 });
    expect(packaging.canvas()['status']?.value).toContain('Given up after 10 attempts.');
    Object.assign(packaging.tenant, { exporting: { runningPolls: 0, outcome: 'SUCCEEDED' } });
  });

  it('shows what nobody can cure, and nothing of AWS', async () => {
    packaging.tenant.exports.set(entryId, () => [{ name: '../up', content: [] }]);
    await packaging.process(press('update-package'));
    expect(packaging.canvas()['status']?.value).toContain('Failed. The export');
    packaging.tenant.exports.delete(entryId);
    packaging.standIn.hooks.call = ({ operation }) => {
      if (operation === 'PutObject')
        throw Object.assign(new Error('arn:aws:iam::111122223333:role/example may not'), { name: 'AccessDenied' });
    };
    await packaging.process(press('update-package'));
    delete packaging.standIn.hooks.call;
    expect(packaging.canvas()['status']?.value).toContain('Something on our side failed.');
  });

  it('is done when the canvas cannot be told', async () => {
    const sent = packaging.sent().length;
    Object.assign(packaging.tenant, { exporting: { runningPolls: 0, outcome: 'SUCCEEDED' } });
    packaging.standIn.hooks.call = ({ operation }) => {
      // The canvas disappears while its package is made.
      if (operation === 'SendMessage') packaging.tenant.canvases.delete(canvasId);
    };
    expect((await packaging.process(press('update-package'))).error).toBeUndefined();
    delete packaging.standIn.hooks.call;
    packaging.tenant.canvases.set(canvasId, { id: canvasId, resourceId: entryId });
    expect(packaging.sent()).toHaveLength(sent + 1);
    await packaging.logged('canvas.stale');
  });
});

describe('the button Browse package', () => {
  it('lists the files of the package and packages nothing', async () => {
    const sent = packaging.sent().length;
    expect((await packaging.process(press('browse-package'))).error).toBeUndefined();
    expect(packaging.canvas()['files']?.value).toContain('- EXP-EXAMPLE-1/table.csv (10 bytes)');
    expect(packaging.sent()).toHaveLength(sent);
  });
});

it('a button that nobody here knows changes nothing', async () => {
  const before = packaging.canvas();
  expect((await packaging.process(press('of-another-version'))).error).toBeUndefined();
  expect(packaging.canvas()).toEqual(before);
  await packaging.logged('button.unknown');
});
