import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { faults } from '../../rehearsal/faults/catalogue.ts';
import { type Cause, causes } from '../../steps/contract/causes.ts';
import { FrontMatter, pageName, parseRunbook, runbookInputs, sectionNames } from '../../steps/contract/runbook.ts';
import { root } from '../assembly.ts';
import { files, index, pages, runbooks, scriptsOf, textOf } from './runbook-pages.ts';

describe('runbooks and causes', () => {
  it('each cause has its page, and each page its cause', () => {
    expect(files.toSorted()).toEqual((Object.keys(causes) as Cause[]).map(pageName).toSorted());
  });

  it('the index lists each page once, with its title, and nothing else', () => {
    const listed = [...textOf(index).matchAll(/^- \[(.+)\]\(([\w-]+\.md)\)/gm)].map(([, title, name]) => `${name}: ${title}`);
    expect(listed.toSorted()).toEqual(pages.map(([cause, text]) => `${pageName(cause)}: ${parseRunbook(text).about.title}`).toSorted());
  });

  it('the index says of each input where to find it by hand, and of nothing else', () => {
    const rows = [...textOf(index).matchAll(/^\| ([A-Z, ]+) \|/gm)].flatMap(([, names]) => names!.split(', '));
    expect(rows.toSorted()).toEqual(Object.keys(runbookInputs).toSorted());
  });

  it('each input is needed by a page', () => {
    const needed = new Set(pages.flatMap(([, text]) => parseRunbook(text).inputs));
    expect(Object.keys(runbookInputs).filter((name) => !needed.has(name))).toEqual([]);
  });

  it('each failure that a rehearsal can inject ends at a page', () => {
    const ends = faults.flatMap(({ cause }) => (cause === null || cause === 'any' ? [] : [cause]));
    expect(ends.filter((cause) => !files.includes(pageName(cause)))).toEqual([]);
  });
});

describe.each(pages)('the page of %s', (cause, text) => {
  const { about, inputs, sections } = parseRunbook(text);

  it('says what it is about, as YAML too', () => {
    const front = parse(text.split('---\n')[1]!);
    expect(FrontMatter.parse(front)).toEqual(about);
    expect(about.cause).toBe(cause);
    expect(text).toContain(`\n---\n\n# ${about.title}\n`);
  });

  it('is read in one go: the sections in their order, on one screen and a half', () => {
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, name]) => name)).toEqual([...sectionNames]);
    expect(Object.values(sections).filter((section) => section === '')).toEqual([]);
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(60);
  });

  it('sets on top what its commands name, and no more', () => {
    const own = new Set([...text.matchAll(/\b([A-Z]+)=\$\(/g)].map(([, name]) => name!));
    const used = new Set([...text.matchAll(/\$\{?([A-Z]+)\b/g)].map(([, name]) => name!));
    expect([...used].filter((name) => !own.has(name) && name !== 'EDITOR').toSorted()).toEqual(inputs.toSorted());
    expect(inputs.filter((name) => !(name in runbookInputs))).toEqual([]);
  });

  it('has scripts that a shell can read, and no other fences', () => {
    for (const script of scriptsOf(text)) execFileSync('sh', ['-n'], { input: script });
    expect([...text.matchAll(/^ *```(\w+)/gm)].filter(([, language]) => language !== 'sh')).toEqual([]);
  });

  it('shows beside each command of Check and Verify what is healthy', () => {
    for (const script of [sections.Check, sections.Verify].flatMap(scriptsOf)) {
      const lines = script.trimEnd().split('\n');
      const bare = lines.filter((line, at) => !line.startsWith('#') && !lines[at + 1]?.startsWith('# healthy: '));
      expect(bare).toEqual([]);
    }
    expect(scriptsOf(sections.Check).length).toBeGreaterThan(0);
    expect(scriptsOf(sections.Verify).length).toBeGreaterThan(0);
  });

  it('says of each step of Fix how it is undone, and first when not to', () => {
    const [first = '', ...steps] = sections.Fix.split(/^\d+\. /m);
    expect(first).toMatch(/^Not /);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.filter((step) => !/\bUndo:\s/.test(step))).toEqual([]);
    const numbers = [...sections.Fix.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(steps.map((_, at) => at + 1));
  });

  it('leads nowhere that is not there', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, target]) => target!);
    expect(links.filter((target) => !existsSync(join(runbooks, target)))).toEqual([]);
  });

  it('names the failure that rehearses it', () => {
    const named = faults.find(({ name }) => name === about.fault);
    const ends = faults.filter((fault) => fault.cause === cause).map(({ name }) => name);
    // Where a fault ends with this cause, it is one of those.
    if (ends.length > 0) expect(ends).toContain(about.fault);
    expect(named !== undefined || underWay.includes(about.fault)).toBe(true);
    if (named && closest[cause] !== about.fault) expect(named.cause).toBe(cause);
  });

  it('opens only objects that a bundle holds, and searches only for lines that the service writes', () => {
    const opened = [...text.matchAll(/\$PREFIX\/([\w.-]+)/g)].map(([, name]) => name!);
    expect(opened.filter((name) => !collecting.includes(name))).toEqual([]);
    const searched = [...text.matchAll(/(?<![/\w])((?:webhook|config)\.[a-z-]+)/g)]
      .map(([, event]) => event!)
      .filter((event) => event !== 'config.json');
    expect(searched.filter((event) => !service.includes(`event: '${event}'`))).toEqual([]);
  });
});

/** The source of a room, in one text. */
const sourceOf = (room: string) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, room, name), 'utf8'))
    .join('\n');
const collecting = sourceOf('steps/checks');
const service = sourceOf('container/src');

/** Causes that no fault ends with, and the fault that comes closest. */
const closest: Partial<Record<Cause, string>> = {
  // Healed in a rehearsal: what the heal cannot free is this cause.
  StackLocked: 'stack-locked',
  StageLocked: 'two-tags-at-once',
  RollbackRequested: 'machine-dies',
  Unclassified: 'step-crashes',
};

/** Faults that pages name and the catalogue has not yet. */
const underWay = [
  'breaker-rolled-back',
  'old-version-broken-too',
  'rollback-fails',
  'stack-busy',
  'stack-locked',
  'step-crashes',
  'two-tags-at-once',
];
