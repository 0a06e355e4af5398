import { causes } from '../../steps/contract/causes.ts';
import { readsOnly } from './aws-commands.ts';
import { gitReads, problemsOf } from './commands.ts';
import { releaseReadsOnly } from './release-commands.ts';
import { index, inlineCommandsOf, pages, scriptsOf, sectionOf, textOf } from './runbook-pages.ts';
import { type ShellCommand, shellCommands } from './shell-commands.ts';

const commandsOf = (text: string): ShellCommand[] => [...scriptsOf(text), ...inlineCommandsOf(text)].flatMap(shellCommands);

function changesNothing([program = '', first = '', ...rest]: ShellCommand): boolean {
  if (program === 'aws') return readsOnly([program, first, ...rest]);
  if (program === 'git') return gitReads.includes(first);
  if (program === 'npx' && first === 'release') return releaseReadsOnly(rest);
  if (program === 'npx') return rest[0] === 'diff';
  return program === 'curl';
}

const all: [string, string][] = [...pages.map(([cause, text]): [string, string] => [cause, text]), ['the index', textOf(index)]];

describe.each(all)('the commands of %s', (_name, text) => {
  it('exist, with their options, by the programs that run them', async () => {
    const judged = await Promise.all(
      commandsOf(text).map(async (command) => (await problemsOf(command)).map((problem) => `${command.join(' ')}: ${problem}`)),
    );
    expect(judged.flat()).toEqual([]);
  });

  it('print no value of a secret', () => {
    const reading = [...scriptsOf(text), ...inlineCommandsOf(text)]
      .flatMap((script) => script.split('\n'))
      .filter((line) => /get-secret-value/.test(line));
    // Into a file of the owner's alone, or a field that is no secret.
    expect(reading.filter((line) => !/> "\$DIR\//.test(line) && !/--query VersionId/.test(line))).toEqual([]);
  });
});

describe.each(pages)('the commands of %s', (_name, text) => {
  it.each(['Check', 'Verify'] as const)('change nothing in %s', (section) => {
    const changing = commandsOf(sectionOf(text, section)).filter((command) => !changesNothing(command));
    expect(changing.map((command) => command.join(' '))).toEqual([]);
  });
});

describe('the one command that a report ends with', () => {
  it.each(Object.entries(causes))('exists for %s', async (_cause, { next }) => {
    const filled = next.replaceAll('vX.Y.Z+1', 'v1.4.1').replace(/\b(?:TAG|STAGE|SECRET|STACK|FOUNDATION)\b/g, 'v1.4.0');
    const problems = await Promise.all(shellCommands(filled).map(problemsOf));
    expect(problems.flat()).toEqual([]);
  });
});

describe('how commands are judged', () => {
  it.each([
    ['an operation that is not there', 'aws ecs describe-everything', 'client-ecs has no operation describe-everything'],
    ['an option that is not there', 'aws ecs describe-tasks --tasks x --task y', 'describe-tasks knows no option --task'],
    ['an option that lacks', 'aws ecs describe-tasks --cluster x', 'describe-tasks needs --tasks'],
    [
      'a query of what is not answered',
      "aws ecs describe-tasks --tasks x --query 'Tasks[0]'",
      'the answer has no Tasks; it has tasks, failures',
    ],
    ['a service that no client knows', 'aws nothing at-all', 'no client of nothing is known'],
    ['a verb of ours that is not there', 'npx release frobnicate', "error: unknown command 'frobnicate'"],
    ['an option of ours that is not there', 'npx release status --loud', "error: unknown option '--loud'"],
  ])('%s is refused', async (_what, script, problem) => {
    const [command = []] = shellCommands(script);
    expect(await problemsOf(command)).toEqual([problem]);
  });

  it('commands within commands, pipes and subshells are seen', () => {
    const script = `A=$(aws x y --query "a[?b('c')]") # not this\n( umask 077; aws s3 ls "$A" | git log ) > f && echo "$(curl u)" \\\n --last`;
    expect(shellCommands(script).map(([program, first]) => `${program} ${first}`)).toEqual([
      'aws x',
      'umask 077',
      'aws s3',
      'git log',
      'curl u',
      'echo $(curl u)',
    ]);
  });
});
