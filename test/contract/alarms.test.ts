import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { config } from '../../pipeline/configured.ts';
import { sectionNames } from '../../steps/contract/runbook.ts';
import { flat, ofType, type Resource, root, type Template, templates } from '../assembly.ts';
import { problemsOf } from './commands.ts';
import { inlineCommandsOf, runbooks, scriptsOf } from './runbook-pages.ts';
import { shellCommands } from './shell-commands.ts';

const folder = join(runbooks, 'alarms');
const files = readdirSync(folder);
const textOf = (name: string) => readFileSync(join(folder, name), 'utf8');
const member = (text: string, name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(text.split('---\n')[1] ?? '')?.[1];
/** `release-prod-tasks-lost` → `release-STAGE-tasks-lost` */
const general = (alarmName: string) =>
  config.stages.reduce((name, stage) => name.replace(new RegExp(`^release-${stage.name}-`), 'release-STAGE-'), alarmName);

describe('alarms and their pages', () => {
  let alarms: Resource['Properties'][];
  let topicPolicy: string;
  beforeAll(async () => {
    const template: (stack: string) => Template = await templates();
    const stacks = ['ReleaseMachine', ...config.stages.map(({ foundationStack }) => foundationStack)];
    alarms = stacks.flatMap((stack) => ofType(template(stack), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties));
    topicPolicy = JSON.stringify(ofType(template('ReleaseStores'), 'AWS::SNS::TopicPolicy'));
  }, 240_000);

  /** Path of the page that an alarm's description names, from the root. */
  const pageOf = ({ AlarmDescription }: Resource['Properties']) => {
    const text = flat(AlarmDescription);
    return /Next: (runbooks\/alarms\/[\w-]+\.md)$/.exec(text)?.[1] ?? `runbooks/${/Runbook: ([\w-]+)$/.exec(text)?.[1]}.md`;
  };

  it('each alarm says what happened and names a page that is there', () => {
    expect(alarms.length).toBeGreaterThan(10);
    expect(alarms.filter((alarm) => !existsSync(join(root, pageOf(alarm)))).map((alarm) => flat(alarm['AlarmDescription']))).toEqual([]);
  });

  it('each page claims the alarms that name it, and no other', () => {
    const named = alarms.map((alarm) => `${general(alarm['AlarmName'])}: ${pageOf(alarm)}`);
    const claimed = files.map((name) => `${member(textOf(name), 'alarm')}: runbooks/alarms/${name}`);
    expect(claimed.toSorted()).toEqual([...new Set(named)].filter((each) => each.includes('/alarms/')).toSorted());
  });

  it('each alarm but those that a release is watched by tells the topic', () => {
    const silent = alarms.filter(({ AlarmActions = [] }) => AlarmActions.length === 0).map(({ AlarmName }) => general(AlarmName));
    expect([...new Set(silent)].toSorted()).toEqual(
      ['load-balancer-errors', 'response-time', 'target-errors'].map((name) => `release-STAGE-${name}`),
    );
  });

  it('the topic lets the alarms of its account, and nobody else by CloudWatch', () => {
    expect(topicPolicy).toContain('"Service":"cloudwatch.amazonaws.com"');
    expect(topicPolicy).toContain('"aws:SourceAccount"');
  });

  it('what only a check by the clock measures is told, too, when it is not measured', () => {
    const unsure = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'missing');
    expect([...new Set(unsure.map(({ AlarmName }) => general(AlarmName)))]).toEqual(['release-overdue', 'release-STAGE-secret-drift']);
    for (const alarm of unsure) expect(alarm['InsufficientDataActions']).toEqual(alarm['AlarmActions']);
  });
});

describe.each(files)('the page %s', (name) => {
  const text = textOf(name);

  it('says what it is about, for whom, and how urgent it is', () => {
    expect(text).toContain(`\n---\n\n# ${member(text, 'title')}\n`);
    expect(['page', 'ticket']).toContain(member(text, 'severity'));
    expect(['on-call engineer', 'release author', 'secret owner', 'platform engineer']).toContain(member(text, 'owner'));
  });

  it('has the sections of every page in their order, on one screen and a half', () => {
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual([...sectionNames]);
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(60);
  });

  it('has scripts that a shell can read, commands that exist, and beside each what is healthy', async () => {
    for (const script of scriptsOf(text)) execFileSync('sh', ['-n'], { input: script });
    const commands = [...scriptsOf(text), ...inlineCommandsOf(text)].flatMap(shellCommands);
    expect((await Promise.all(commands.map(problemsOf))).flat()).toEqual([]);
    for (const script of scriptsOf(text).slice(1)) {
      const lines = script.trimEnd().split('\n');
      expect(lines.filter((line, at) => !line.startsWith('#') && !lines[at + 1]?.startsWith('# healthy: '))).toEqual([]);
    }
  });

  it('says of each step of Fix how it is undone, and first when not to', () => {
    const [first = '', ...steps] = (text.split('\n## Fix\n')[1]?.split('\n## ')[0] ?? '').split(/^\d+\. /m);
    expect(first).toMatch(/^Not /);
    expect(steps.filter((step) => !/\bUndo:\s/.test(step))).toEqual([]);
  });

  it('leads nowhere that is not there', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, target]) => target!);
    expect(links.filter((target) => !existsSync(join(dirname(join(folder, name)), target)))).toEqual([]);
  });
});
