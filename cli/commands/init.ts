import { Command, Option } from 'commander';
import { exitCodes, type SetExit, UsageError } from '../exit-codes.ts';
import { type Ask, answerAll, type Given } from '../init/answers.ts';
import { lookAround } from '../init/look.ts';
import { nextCommands } from '../init/next.ts';
import { type Question, typed } from '../init/question.ts';
import { ofPipeline, stageNames } from '../init/questions.ts';
import { ofStage } from '../init/stage-questions.ts';
import { openSurroundings, type Surroundings } from '../init/surroundings.ts';
import { differences, tableOf } from '../init/table.ts';
import { judgedTable, standingTable, tableName, writeTable } from '../init/table-file.ts';
import { openTerminal, Unanswered } from '../init/terminal.ts';
import { checkLines, tally } from '../view/checks.ts';

type Options = Record<string, string | string[] | boolean>;

export const initCommand = (exit: SetExit) => {
  const command = new Command('init')
    .description('writes the table of stages, pipeline/config.json, from answers; looks at what it names, and says how to go on')
    .option('--yes', 'replace a table that says something else', false);
  for (const question of [stageNames, ...ofPipeline])
    command.addOption(new Option(`--${question.flag} <${question.value}>`, helpOf(question)));
  for (const question of ofStage)
    command.addOption(new Option(`--${question.flag} <stage=${question.value}>`, `of a stage: ${helpOf(question)}`).argParser(collect));
  return command.action(async (options: Options) => {
    const terminal = openTerminal();
    try {
      exit(await init(options, terminal?.ask ?? null));
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      console.error('\nInterrupted: nothing was changed. Next: npx release init');
      exit(exitCodes.interrupted);
    } finally {
      terminal?.close();
    }
  });
};

async function init(options: Options, ask: Ask | null): Promise<number> {
  const table = tableOf(await answerAll(givenOf(options), ask), standingTable());
  const config = judgedTable(table, 'These answers make no table', 'npx release init --help');
  const surroundings = await openSurroundings();
  const checks = await lookAround(config, surroundings);
  for (const line of checkLines(checks)) console.log(line);
  console.log(tally(checks));
  if (!(await write(table, options['yes'] === true, ask))) {
    console.log('Nothing was changed. Next: the same command with --yes');
    return exitCodes.done;
  }
  console.log('\nNext:');
  for (const line of nextCommands(config, await placeOf(surroundings))) console.log(`  ${line}`);
  return exitCodes.done;
}

/** @returns false when another table stands there and nobody agreed to lose it */
async function write(table: string, yes: boolean, ask: Ask | null): Promise<boolean> {
  const before = standingTable();
  const changes = before === null ? [] : differences(before, table);
  if (before !== null && changes.length === 0) {
    console.log(`${tableName} says so already.`);
    return true;
  }
  if (before !== null) {
    console.log(`${tableName} ${yes ? 'said' : 'says'} something else:`);
    for (const line of changes) console.log(`  ${line}`);
    const agreed = yes || (ask !== null && /^y(?:es)?$/i.test((await ask('Replace it? [no]: ')).trim()));
    if (!agreed) return false;
  }
  writeTable(table);
  console.log(`${tableName} is written.`);
  return true;
}

async function placeOf(surroundings: Surroundings | null): Promise<{ callerArn: string; region: string } | null> {
  const callerArn = await surroundings?.caller().catch(() => null);
  return surroundings && callerArn ? { callerArn, region: surroundings.region } : null;
}

const camel = (flag: string) => flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

function givenOf(options: Options): Given {
  const given = new Map<string, string>();
  for (const { flag } of [stageNames, ...ofPipeline]) {
    const text = options[camel(flag)];
    if (typeof text === 'string') given.set(flag, text);
  }
  for (const { flag } of ofStage) {
    for (const text of (options[camel(flag)] as string[] | undefined) ?? []) {
      const at = text.indexOf('=');
      if (at < 1) throw new UsageError(`--${flag} ${text}: expected STAGE=VALUE. Next: npx release init --help`);
      given.set(`${flag} ${text.slice(0, at)}`, text.slice(at + 1));
    }
  }
  return given;
}

const collect = (text: string, before: string[] | undefined) => [...(before ?? []), text];

function helpOf({ asks, usually }: Question): string {
  if (usually === undefined) return asks;
  if (typeof usually === 'function') return `${asks} (default: by its place)`;
  return `${asks} (default: ${usually === null ? 'none' : typed(usually)})`;
}
