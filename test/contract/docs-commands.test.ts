import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../assembly.ts';
import { problemsOf } from './commands.ts';
import { docsPages, pageNamed } from './docs-pages.ts';
import { inlineCommandsOf, scriptsOf } from './runbook-pages.ts';
import { shellCommands } from './shell-commands.ts';

describe.each(docsPages)('%s', (name, text) => {
  it('names commands that exist, with their options, by the programs that run them', async () => {
    const commands = [...scriptsOf(text), ...inlineCommandsOf(text)].flatMap(shellCommands);
    const judged = await Promise.all(
      commands.map(async (command) => (await problemsOf(command)).map((problem) => `${command.join(' ')}: ${problem}`)),
    );
    expect(judged.flat()).toEqual([]);
  });

  it('is written in a shell that can be run', () => {
    for (const script of scriptsOf(text)) execFileSync('sh', ['-n'], { input: script });
  });

  it('shows no value of a secret: such a value comes from a file of its owner alone', () => {
    const lines = scriptsOf(text).flatMap((script) => script.split('\n'));
    expect(lines.filter((line) => /get-secret-value/.test(line))).toEqual([]);
    expect(lines.filter((line) => /--secret-string/.test(line) && !/--secret-string "file:\/\/\$DIR\//.test(line))).toEqual([]);
  });

  it('leads to pages that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link!);
    expect(links.filter((link) => !existsSync(join(root, dirname(name), link)))).toEqual([]);
  });
});

describe('docs/install.md', () => {
  it('says of every step which command does it', () => {
    const [, ...sections] = pageNamed('docs/install.md').split('\n## ');
    const without = sections.filter((section) => scriptsOf(section).length === 0).map((section) => section.split('\n')[0]);
    expect(without).toEqual([]);
  });

  it('numbers its steps without a gap', () => {
    const numbers = [...pageNamed('docs/install.md').matchAll(/^## (\d+)\./gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});

describe('how a page is judged', () => {
  it.each([
    ['npx cdk frobnicate', 'cdk frobnicate is not for a page'],
    ['npx cdk deploy ReleaseStores --loudly', 'cdk deploy knows no option --loudly'],
    ['npx cdk deploy ReleaseStore', 'there is no stack ReleaseStore'],
    ['npx cdk deploy StagingService', 'StagingService belongs to releases'],
    ['npm run frobnicate', 'package.json has no script frobnicate'],
    ['npm start -- --fault none-such', 'there is no fault none-such'],
    ['npx release init --secrets staging=x', "error: unknown option '--secrets'\n(Did you mean --secret?)"],
    ['brew install it', 'brew is not for a page'],
  ])('%s is refused', async (script, problem) => {
    const [command = []] = shellCommands(script);
    expect(await problemsOf(command)).toEqual([problem]);
  });
});
