import fc from 'fast-check';
import { runbookPages } from '../../steps/clients/runbook-pages.ts';
import { ReportPointer } from '../../steps/contract/failure.ts';
import type { Measured } from '../../steps/contract/metrics.ts';
import type { Announcer, Item, Notifier, Objects, ReleaseHistory, RunbookPages } from '../../steps/contract/ports.ts';
import { keys } from '../../steps/contract/records.ts';
import { IncidentReport } from '../../steps/contract/report.ts';
import type { StepInput } from '../../steps/contract/steps.ts';
import { report } from '../../steps/report.ts';
import { FakeAnnouncer, FakeMeasures, FakePeople, FakeTable, fakeHistory } from './fakes.ts';
import { crashed, diagnosis, diagnostics, failure, incident, minute, proof, recovery, release, request, serving } from './incidents.ts';
import { awsError, clockAt, memoryObjects } from './ports.ts';

type Input = StepInput<'Report'>;
const bucket = 'example-diagnostics';
const folder = 'diagnostics/v1.4.0-0123456-1';
const kept = diagnostics();
const manifest = {
  release: release.name,
  stage: 'staging',
  failure,
  startedAt: minute(8),
  sealedAt: minute(9),
  complete: true,
  redaction: 'values-and-patterns',
  objects: [{ key: `${kept.prefix}/stopped-tasks.json`, source: 'stopped-task', bytes: 1, sha256: '' }],
  missing: [],
};
const bundle = (changes: object = {}, tasks: unknown = [crashed()]) =>
  memoryObjects({ [kept.manifestKey ?? '']: { ...manifest, ...changes }, [`${kept.prefix}/stopped-tasks.json`]: tasks });
const record: Item = { ...keys.release('v1.4.0', 1), tag: 'v1.4.0', name: release.name, outcome: 'running' };
const lock: Item = { ...keys.lock('staging'), holder: release.name };

/** Tags with all their attributes, in their order. */
const tagsOf = (page: string) => [...page.matchAll(/<[^>]*>/g)].map(([whole]) => whole);
/** Headings of the second level outside of fences. */
const headingsOf = (markdown: string) =>
  [...markdown.replace(/^(`{3,})[^`\n]*\n[\s\S]*?^\1$/gm, '').matchAll(/^## (.+)$/gm)].map(([, title]) => title);
const refused = () => Promise.reject(awsError('ServiceUnavailable', 'Please try again'));
interface World {
  objects?: Objects & { stored: Map<string, string> };
  table?: FakeTable;
  notifier?: Notifier;
  announcer?: Announcer;
  runbooks?: RunbookPages;
  history?: ReleaseHistory;
}
async function tell(changes: Partial<Input> = {}, world: World = {}) {
  const objects = world.objects ?? bundle();
  const table = world.table ?? new FakeTable(record, lock);
  const people = new FakePeople();
  const bus = new FakeAnnouncer();
  const measures = new FakeMeasures();
  const input: Input = {
    incident: incident(),
    diagnostics: kept,
    diagnosis: diagnosis(),
    recovery: recovery(),
    moves: [],
    proof: proof(),
    ...changes,
  };
  const answer = await report(input, bucket, {
    objects,
    table,
    notifier: world.notifier ?? people,
    announcer: world.announcer ?? bus,
    runbooks: world.runbooks ?? runbookPages,
    history: world.history ?? fakeHistory(),
    measures,
    clock: clockAt(minute(13)),
  });
  expect(ReportPointer.parse(answer)).toEqual(answer);
  const markdown = objects.stored.get(`${folder}/report.md`) ?? '';
  const json = JSON.parse(objects.stored.get(`${folder}/report.json`) ?? 'null');
  if (json) expect(IncidentReport.parse(json)).toEqual(json);
  const page = objects.stored.get(`${folder}/report.html`) ?? '';
  const closed = await table.get(record.pk, record.sk);
  return { answer, objects, table, markdown, page, json, closed, told: people.told, announced: bus.announced, measured: measures.sent };
}

describe('the outcome of Report', () => {
  it.each(['unchanged', 'proven', 'gone'] as const)(
    'is not-released when the proof is %s: the cause is why the release failed',
    async (outcome) => {
      const { answer, closed, announced, told } = await tell({ proof: proof({ outcome }) });
      expect(answer).toEqual({
        outcome: 'not-released',
        cause: 'ContainerCrashed',
        sentence: 'The container ended by itself with exit code 1.',
        bucket,
        reportKey: `${folder}/report.md`,
      });
      expect(closed).toMatchObject({ outcome: 'not-released', cause: 'ContainerCrashed', closedAt: minute(13) });
      expect(announced).toEqual([
        {
          outcome: 'not-released',
          tag: 'v1.4.0',
          commit: request.commit,
          attempt: 1,
          name: release.name,
          stage: 'staging',
          cause: 'ContainerCrashed',
          report: `s3://${bucket}/${folder}/report.md`,
        },
      ]);
      expect(told[0]?.subject).toBe('v1.4.0 was not released at staging: ContainerCrashed');
    },
  );

  it.each([
    ['unproven', 'RollbackUnproven'],
    ['blocked', 'RollbackFailed'],
  ] as const)('is not-recovered when the proof is %s: a person acts on %s', async (outcome, cause) => {
    const { answer, closed, told, json, markdown } = await tell({ proof: proof({ outcome, reason: '1 of 2 tasks run' }) });
    expect(answer).toMatchObject({ outcome: 'not-recovered', cause });
    expect(closed).toMatchObject({ outcome: 'not-recovered', cause });
    expect(told[0]?.subject).toBe(`ACT NOW: v1.4.0 was not released at staging: ${cause}`);
    expect(json.next).toBe('npx release incident v1.4.0');
    expect(markdown).toContain('The release had failed with **ContainerCrashed**');
  });

  it('keeps the cause of a stack that was locked before the release came', async () => {
    const { answer } = await tell({ diagnosis: diagnosis({ cause: 'StackLocked' }), proof: proof({ outcome: 'blocked' }) });
    expect(answer).toMatchObject({ outcome: 'not-recovered', cause: 'StackLocked' });
  });

  it('tells of a tag that was refused without a stage', async () => {
    const { answer, told, markdown, announced } = await tell({
      incident: incident({ release: null, stage: null, inspection: null, plan: null, deployment: null }),
      diagnosis: diagnosis({ cause: 'TagBehind', sentence: 'v1.5.0 runs already.' }),
      recovery: recovery({ status: 'nothing', action: 'none', reason: 'no stage had been reached' }),
      proof: proof({ outcome: 'unchanged' }),
    });
    expect(answer.reportKey).toBe(`${folder}/report.md`);
    expect(told[0]?.subject).toBe('v1.4.0 was not released: TagBehind');
    expect(markdown).toMatch(/^# v1\.4\.0 was not released\n/);
    expect(announced[0]).toMatchObject({ stage: null });
  });

  it('keeps the subject short enough for SNS', async () => {
    const tag = `v1.4.0-${'x'.repeat(110)}`;
    const { told } = await tell({ incident: incident({ request: { ...request, tag } }) });
    expect(told[0]?.subject).toHaveLength(100);
  });
});

describe('the stage after Report', () => {
  it('is free when it was recovered', async () => {
    const { table } = await tell();
    expect(await table.get(lock.pk, lock.sk)).toBeNull();
    expect(await table.get(keys.state('staging').pk, 'STATE')).toBeNull();
  });

  it("keeps another release's lock", async () => {
    const table = new FakeTable(record, { ...lock, holder: 'v1.3.0-aaaaaaa-1' });
    await tell({}, { table });
    expect(await table.get(lock.pk, lock.sk)).toMatchObject({ holder: 'v1.3.0-aaaaaaa-1' });
  });

  it('is blocked and stays locked when it was not recovered', async () => {
    const { table } = await tell({ proof: proof({ outcome: 'blocked', reason: 'no safe move is known' }) });
    expect(await table.get(lock.pk, lock.sk)).toEqual(lock);
    expect(await table.get(keys.state('staging').pk, 'STATE')).toMatchObject({
      blocked: { release: release.name, reason: 'RollbackFailed: no safe move is known', at: minute(13) },
    });
  });

  it('does not close the record of another execution of the same tag', async () => {
    const { closed } = await tell({}, { table: new FakeTable({ ...record, name: 'v1.4.0-aaaaaaa-1' }, lock) });
    expect(closed).toMatchObject({ outcome: 'running' });
  });
});

describe('the report itself', () => {
  it('ends with one command, and only one', async () => {
    const { markdown, json } = await tell();
    expect(markdown).toMatch(/## Next\n\n```\ngit tag v1\.4\.1 && git push origin v1\.4\.1\n```\n$/);
    expect(json.next).toBe('git tag v1.4.1 && git push origin v1.4.1');
    expect(markdown.split('## Next')).toHaveLength(2);
  });

  it('tells when it broke, was seen, sealed, decided, rolled back and proven', async () => {
    const { json } = await tell();
    expect(json.timeline).toEqual([
      { what: 'broke', at: minute(7), note: 'first task stopped' },
      { what: 'seen', at: minute(8), note: 'WatchDeployment failed: ContainerCrashed' },
      { what: 'sealed', at: minute(8), note: '2 objects, 0 missing' },
      { what: 'decided', at: minute(9), note: 'stop-service-deployment (started): the stack is UPDATE_IN_PROGRESS (during)' },
      { what: 'rolled back', at: minute(12), note: 'found so when it was proven' },
      { what: 'proven', at: minute(12), note: 'proven: version 1.3.0 serves again' },
    ]);
  });

  it('tells every move back in order, and decided with the first', async () => {
    const first = recovery();
    const last = recovery({ action: 'redeploy-last-good', reason: 'the stack is UPDATE_COMPLETE (during)', at: minute(11) });
    const { json, markdown } = await tell({ moves: [first, last], recovery: last });
    expect(json.moves.map(({ action }: { action: string }) => action)).toEqual(['stop-service-deployment', 'redeploy-last-good']);
    expect(json.timeline).toContainEqual(expect.objectContaining({ what: 'decided', at: minute(9) }));
    expect(markdown).toMatch(/- stop-service-deployment: started;.*\n- redeploy-last-good: started;/);
  });

  it('ends the moves with a step that broke off', async () => {
    const broken = recovery({ status: 'blocked', action: 'none', reason: 'AccessDenied', at: minute(11) });
    const { json } = await tell({ moves: [recovery()], recovery: broken });
    expect(json.moves).toEqual([recovery(), broken]);
  });

  it('gives no time that nothing tells', async () => {
    const { json, markdown } = await tell({
      incident: incident({ deployment: null }),
      diagnostics: diagnostics({ manifestKey: null, sealedAt: null }),
      recovery: recovery({ status: 'nothing' }),
      proof: proof({ outcome: 'blocked' }),
    });
    expect(json.timeline.map(({ at }: { at: string | null }) => at)).toEqual([null, null, null, minute(9), null, null]);
    expect(markdown).toContain('| broke | not known | deployment began |');
    expect(json.timeline[4].note).toBe('nothing to roll back');
  });

  it('says that it broke when the deployment began while no task stopped', async () => {
    const { json } = await tell({}, { objects: bundle({}, []) });
    expect(json.timeline[0]).toEqual({ what: 'broke', at: minute(5), note: 'deployment began' });
  });

  it('shows the stopped tasks of this deployment only, the first stop as the beginning', async () => {
    const tasks = [
      crashed({ stoppedAt: minute(8) }),
      crashed({ stoppedAt: minute(6) }),
      crashed({ createdAt: minute(-60), stoppedAt: minute(-59), stoppedReason: 'old' }),
      crashed({ createdAt: null }),
    ];
    const { json } = await tell({}, { objects: bundle({}, tasks) });
    expect(json.stoppedTasks).toHaveLength(2);
    expect(json.timeline[0].at).toBe(minute(6));
    expect(json.stoppedTasks[0]).toContain('EssentialContainerExited: Essential container in task exited [webhook: exit code 1]');
  });

  it('counts what the bundle shows of the version before, in however many objects that lies', async () => {
    const objects = bundle({
      objects: [
        ...['running-tasks.json', 'more-running-tasks.json'].map((name) => ({
          key: `${kept.prefix}/${name}`,
          source: 'running-task',
          bytes: 1,
          sha256: '',
        })),
        ...['target-group.json', 'target-health.json'].map((name) => ({
          key: `${kept.prefix}/${name}`,
          source: 'target-health',
          bytes: 1,
          sha256: '',
        })),
      ],
    });
    for (const name of ['running-tasks.json', 'more-running-tasks.json'])
      objects.stored.set(`${kept.prefix}/${name}`, JSON.stringify([serving()]));
    objects.stored.set(`${kept.prefix}/target-group.json`, '{"path":"/health"}');
    objects.stored.set(`${kept.prefix}/target-health.json`, '[{"state":"healthy"},{"state":"initial"}]');
    const { json, page } = await tell({}, { objects });
    expect(json.blastRadius).toMatchObject({ served: 'kept', oldTasks: 2, targets: { healthy: 1, all: 2 } });
    expect(page).toContain('<b>1 / 2</b>');
  });

  it('lists the evidence and cannot be broken out of by it', async () => {
    const evidence = [{ source: 'logs/1/webhook.log', line: '```\n# not a heading' }];
    const { markdown } = await tell({ diagnosis: diagnosis({ evidence }), recovery: recovery({ reason: 'a | b' }) });
    expect(markdown).toContain('\n````\nlogs/1/webhook.log: ```\n# not a heading\n````\n');
    expect(markdown).toContain('a \\| b');
  });

  it('draws lines of one log that follow each other as one, and says when there are none', async () => {
    const from = (source: string, line: string) => ({ source, line });
    const { page } = await tell({
      diagnosis: diagnosis({ evidence: [from('a.log', 'one'), from('a.log', 'two'), from('b.log', 'three')] }),
    });
    expect(page).toContain(
      '<li><span class="from">a.log</span><code>one</code></li><li class="on"><code>two</code></li><li><span class="from">b.log</span><code>three</code></li>',
    );
    expect((await tell({ diagnosis: diagnosis({ evidence: [] }) })).page).toContain('<h2>Evidence</h2><p>None.</p>');
  });

  it('lists what is missing, and says when nothing is', async () => {
    expect((await tell()).markdown).toContain('## Missing\n\nNothing.');
    const missing = [{ source: 'service', reason: 'AccessDeniedException: denied' }];
    expect((await tell({ diagnostics: diagnostics({ missing }) })).markdown).toContain('- service: AccessDeniedException: denied');
  });

  it('lies where it lay when it is told again', async () => {
    const objects = bundle();
    const first = await tell({}, { objects });
    const second = await tell({}, { objects });
    expect(second.answer).toEqual(first.answer);
    expect(second.json).toEqual(first.json);
  });
});

describe('the three forms of the report', () => {
  const hostile = [
    '</code></pre><script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '"><style>*{display:none}</style>',
    '```\n# forged heading\n````\n## Next\n\n`rm -rf /`',
    '[click](javascript:alert(1)) ![x](https://example.com/x.png) | a | b |',
    '\u001b]8;;https://example.com\u0007link\u001b]8;;\u0007 \u001b[2J\u001b[31mred\u0000\u0007\u009b1m',
    'invoice\u202Efdp.exe \u2066hidden\u2069 zero\u200Bwidth \u{e0041}tag',
    'line one\u2028line two\rover',
  ];
  const tag = `v1.4.0-\u202e<b>x</b>\u001b[1m'; rm -rf /`;
  const everywhere = (text: string): [Partial<Input>, World] => [
    {
      incident: incident({ request: { ...request, tag }, failure: { ...failure, error: text, cause: text } }),
      diagnosis: diagnosis({ sentence: text, evidence: [{ source: text, line: text }] }),
      recovery: recovery({ reason: text, action: text }),
      proof: proof({ outcome: 'blocked', reason: text }),
      diagnostics: diagnostics({ missing: [{ source: text, reason: text }] }),
    },
    { objects: bundle({ failure: { ...failure, error: text, cause: text } }, [crashed({ stoppedReason: text, stopCode: text })]) },
  ];

  it.each(hostile)('show %j and obey none of it', async (text) => {
    const { markdown, page, json, told } = await tell(...everywhere(text));
    // Whatever the text is, the page has the same tags with the same attributes: nothing of the text became one.
    expect(tagsOf(page)).toEqual(tagsOf((await tell(...everywhere('harmless'))).page));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\u{e0000}-\u{e007f}]/u;
    for (const form of [markdown, page, JSON.stringify(json), JSON.stringify(told)]) expect(form).not.toMatch(obeyed);
    expect(headingsOf(markdown)).toEqual([
      'Cause',
      'Evidence',
      'Timeline',
      'Blast radius',
      'Stopped tasks',
      'Done automatically',
      'Kept',
      'Missing',
      'Runbook',
      'Next',
    ]);
    expect(told[0]?.subject).not.toMatch(/\n/);
  });

  it('need nothing from anywhere: no script, no address that is loaded, a policy that forbids both', async () => {
    const { page } = await tell();
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object|embed|form)|@import|url\(|\ssrc=/i);
    expect([...page.matchAll(/href="([^"]*)"/g)].map(([, address]) => address)).toEqual(['#next']);
    expect(page).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline';`);
  });

  it.each([
    ['[click](javascript:x) ![a][b]', '[click\\](javascript:x) ![a\\][b]'],
    ['[a]: https://example.com', '\\[a]: https://example.com'],
    ['<img src=x> 1 < 2 </b>', '\\<img src=x> 1 < 2 \\</b>'],
    ['# heading *x* `y` \\z', '\\# heading \\*x\\* \\`y\\` \\\\z'],
    ['1. item', '\\1. item'],
    ['at [eval]:1:9 in <anonymous>', 'at [eval]:1:9 in \\<anonymous>'],
  ])('write %j in a sentence as %j', async (text, written) => {
    const { markdown } = await tell({ diagnosis: diagnosis({ sentence: text }) });
    expect(markdown).toContain(`\n\n${written}. The last good version runs again`);
  });

  it('end with the same command', async () => {
    const { page, markdown, json } = await tell();
    const next = 'git tag v1.4.1 &#38;&#38; git push origin v1.4.1';
    expect(page.slice(page.lastIndexOf('<section'))).toContain(`<h2>Next</h2><pre tabindex="0"><code>${next}</code></pre>`);
    expect(markdown.trimEnd().endsWith(`\`\`\`\n${json.next}\n\`\`\``)).toBe(true);
  });

  it("quote the runbook's commands with this release's names", async () => {
    const { page, markdown, json } = await tell();
    expect(json.runbook.about).toMatchObject({ cause: 'ContainerCrashed' });
    expect(markdown).toContain('TAG=v1.4.0 NEXT=v1.4.1 STAGE=staging');
    expect(markdown).toMatch(/### Check[\s\S]*aws s3 ls "s3:\/\/example-diagnostics\/[\s\S]*### Fix\n/);
    expect(page).toContain('<h3>Fix</h3>');
    expect(page).toContain('npx release incident ContainerCrashed');
  });

  it.each([
    ['is not there', { page: () => Promise.resolve(null) }, []],
    ['cannot be read', { page: refused }, ['the runbook could not be read: ServiceUnavailable: Please try again']],
    [
      'has another shape',
      { page: () => Promise.resolve('# by hand') },
      ['the runbook could not be read: Error: no front matter, or no section'],
    ],
  ])('name the page when it %s', async (_, runbooks, troubles) => {
    const { json, markdown, page } = await tell({}, { runbooks });
    expect(json).toMatchObject({ runbook: null, troubles });
    for (const form of [markdown, page]) expect(form).toContain('npx release incident ContainerCrashed');
  });

  it('are told of by report.md when only the page is refused', async () => {
    const objects = bundle();
    const put = objects.put.bind(objects);
    Object.assign(objects, { put: (...of: Parameters<typeof put>) => (of[1].endsWith('.html') ? refused() : put(...of)) });
    const { answer } = await tell({}, { objects });
    expect(answer).toMatchObject({ reportKey: `${folder}/report.md` });
    expect(answer.sentence).toContain('the store refused the page of the report: ServiceUnavailable');
  });

  it('draw each stretch as long as it took', async () => {
    const { page } = await tell();
    expect([...page.matchAll(/<i class="([\w-]+)" style="width:([\d.]+)%">/g)].map(([, what, width]) => `${what} ${width}`)).toEqual([
      'seen 20.00',
      'decided 20.00',
      'rolled-back 60.00',
    ]);
    expect(page).toContain('3 min 0 s to roll back and prove it');
  });
});

describe('the notification of what was not recovered', () => {
  it('is louder than the others: it says so first, in the subject and in the text', async () => {
    const { told } = await tell({ proof: proof({ outcome: 'blocked', reason: 'no safe move is known' }) });
    expect(told[0]?.subject).toMatch(/^ACT NOW: /);
    expect(told[0]?.message).toMatch(/^ACT NOW: the rollback itself failed\. stop-service-deployment: no safe move is known\n/);
    expect((await tell()).told[0]?.message).not.toContain('ACT NOW');
  });

  it('says what is missing from the bundle, and whom it hurt', async () => {
    const { told } = await tell({ diagnostics: diagnostics({ missing: [{ source: 'task-log', reason: 'x' }] }) });
    expect(told[0]?.message).toContain('\nMissing from the bundle: task-log.\n');
    expect(told[0]?.message).toContain('Whether what ran before served throughout is not known.');
  });
});

describe('Report when something is down', () => {
  it('still records and tells people when the store refuses everything', async () => {
    const objects = { ...memoryObjects(), put: refused, get: refused };
    const { answer, closed, told, announced, table } = await tell({}, { objects });
    expect(answer).toMatchObject({ outcome: 'not-released', cause: 'ContainerCrashed', reportKey: null });
    expect(answer.sentence).toContain('the store refused the report: ServiceUnavailable: Please try again');
    expect(closed).toMatchObject({ outcome: 'not-released', report: null });
    expect(told[0]?.message).toContain('Report: not stored');
    expect(announced[0]).toMatchObject({ report: null });
    expect(await table.get(lock.pk, lock.sk)).toBeNull();
  });

  it('says in the report that the bundle could not be read', async () => {
    const { markdown, answer } = await tell({}, { objects: memoryObjects() });
    expect(markdown).toContain('- the bundle could not be read: NoSuchKey');
    expect(answer.reportKey).not.toBeNull();
  });

  it('stores and tells when the table refuses everything', async () => {
    const table = new FakeTable();
    Object.assign(table, { update: refused, remove: refused });
    const { answer, told, markdown } = await tell({}, { table });
    expect(answer.reportKey).toBe(`${folder}/report.md`);
    expect(markdown).toContain('the stage could not be freed or marked: ServiceUnavailable');
    expect(answer.sentence).toContain('the release record could not be closed');
    expect(told).toHaveLength(1);
  });

  it('announces when people cannot be notified, and the other way round', async () => {
    const unheard = await tell({}, { notifier: { notify: refused } });
    expect(unheard.announced).toHaveLength(1);
    expect(unheard.answer.sentence).toContain('people could not be notified');
    const alone = await tell({}, { announcer: { announce: refused } });
    expect(alone.told).toHaveLength(1);
    expect(alone.answer.sentence).toContain('the outcome could not be announced');
  });

  it('never turns a failure into success, whatever is down', async () => {
    const all = {
      objects: { ...memoryObjects(), put: refused, get: refused },
      notifier: { notify: refused },
      announcer: { announce: refused },
    };
    const { answer } = await tell({ proof: proof({ outcome: 'unproven' }) }, all);
    expect(answer).toMatchObject({ outcome: 'not-recovered', cause: 'RollbackUnproven', reportKey: null });
  });
});

describe('Report and secrets', () => {
  const shapes = fc.constantFrom(
    'Authorization: Basic ZXhhbXBsZTEyMzQ1Njc4OTA=',
    'client_secret=example-client-secret',
    '{"access_token":"example-access-token"}',
    'https://user:example-password@example.com/',
  );
  const planted = /ZXhhbXBsZTEyMzQ1Njc4OTA|example-client-secret|example-access-token|example-password/;

  it('lets none through that has the shape of one: not in the report, the news, the record or the answer', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.string({ maxLength: 10 }), async (secret, around) => {
        const said = `${around}\n${secret} ${around}`;
        const { objects, told, announced, table, answer } = await tell(
          {
            incident: incident({ failure: { ...failure, cause: said } }),
            diagnosis: diagnosis({ sentence: said, evidence: [{ source: 'x', line: said }] }),
            recovery: recovery({ reason: said }),
            proof: proof({ outcome: 'unproven', reason: said }),
            diagnostics: diagnostics({ missing: [{ source: 'x', reason: said }] }),
          },
          { objects: bundle({ failure: { ...failure, cause: '' } }) },
        );
        const reports = ['md', 'json', 'html'].map((form) => objects.stored.get(`${folder}/report.${form}`));
        const all = JSON.stringify([reports, told, announced, [...table.items.values()], answer]);
        expect(all).not.toMatch(planted);
        expect(all).toContain('[redacted:');
      }),
      { numRuns: 40 },
    );
  });

  it("takes the failure from the bundle, where the secret's values were known", async () => {
    const { objects } = await tell(
      { incident: incident({ failure: { ...failure, cause: 'refused example-client-id' } }) },
      { objects: bundle({ failure: { ...failure, cause: 'refused [redacted:client_id]' } }) },
    );
    expect(objects.stored.get(`${folder}/report.json`)).toContain('refused [redacted:client_id]');
    expect(objects.stored.get(`${folder}/report.json`)).not.toContain('example-client-id');
  });

  it('leaves what only looks like one: digests, ARNs, names of keys', async () => {
    const harmless = `sha256:${'0123'.repeat(16)} runs; arn:aws:ecs:us-east-1:111122223333:task/example/0123456789abcdef; client_secret: missing`;
    const { json, told } = await tell({ diagnosis: diagnosis({ sentence: harmless }) });
    expect(json.diagnosis.sentence).toBe(harmless);
    expect(told[0]?.message).toContain(harmless);
  });
});

describe('what a release that failed cost, and how it is measured', () => {
  const metricsOf = (measured: readonly Measured[]) => measured.map(({ metric }) => metric);

  it('stands in the record, in all forms of the report, and counts the one state that is still to come', async () => {
    const { closed, markdown, page, json } = await tell();
    expect(json.cost).toMatchObject({ transitions: 3 });
    expect(closed?.['cost']).toEqual(json.cost);
    for (const text of [markdown, page]) expect(text).toMatch(/cost \$0\.\d{4}/);
  });

  it('is not known when the history cannot be read: the report says so, and the release is closed', async () => {
    const { closed, markdown, json } = await tell({}, { history: { events: refused } });
    expect(json.cost).toBeNull();
    expect(closed).toMatchObject({ outcome: 'not-released' });
    expect(closed).not.toHaveProperty('cost');
    expect(markdown).toContain('the cost could not be counted: ServiceUnavailable: Please try again');
  });

  it('is a failed change, restored from what broke first to the proof', async () => {
    const { measured, json } = await tell();
    expect(measured).toContainEqual({ metric: 'ChangeFailed', value: 1 });
    const broke = json.timeline.find(({ what }: { what: string }) => what === 'broke').at;
    const seconds = (Date.parse(proof().at) - Date.parse(broke)) / 1000;
    expect(measured).toContainEqual({ metric: 'TimeToRestore', value: seconds });
  });

  it('counts the dead execution, too, that a rescue took the release over from', async () => {
    const asked: string[] = [];
    const history: ReleaseHistory = {
      events: async (arn) => {
        asked.push(arn.split(':').at(-1)!);
        return [];
      },
    };
    const arn = `arn:aws:states:us-east-1:111122223333:execution:example:${release.name}-rescue`;
    await tell({ incident: incident({ execution: { arn, startedAt: minute(0) } }) }, { history });
    expect(asked).toEqual([release.name, `${release.name}-rescue`]);
  });

  it('is no change when nothing was deployed', async () => {
    const { measured } = await tell({ incident: incident({ deployment: null }), proof: proof({ outcome: 'unchanged' }) });
    expect(metricsOf(measured)).toEqual(['NotReleased', 'ReleaseCost', 'StepDuration']);
  });

  it('is not restored while it is not proven', async () => {
    const { measured } = await tell({ proof: proof({ outcome: 'unproven' }) });
    expect(metricsOf(measured)).toEqual(['NotReleased', 'NotRecovered', 'Changed', 'ChangeFailed', 'ReleaseCost', 'StepDuration']);
  });

  it('is no failed release when a person asked to go back', async () => {
    const { measured } = await tell({ incident: incident({ failure: { ...failure, state: 'Operator', error: 'RollbackRequested' } }) });
    expect(metricsOf(measured)).toEqual(['ReleaseCost', 'StepDuration']);
  });
});
