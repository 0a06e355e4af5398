import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFile, readConfig } from '../../pipeline/config.ts';
import { root } from '../assembly.ts';

interface Registry {
  readonly globalOptions: Readonly<Record<string, unknown>>;
  readonly commands: Readonly<Record<string, { readonly options?: Readonly<Record<string, unknown>> }>>;
}

/** What the pinned CDK's own command line is made of. */
const registry = JSON.parse(readFileSync(join(root, 'node_modules/aws-cdk/lib/cli/cli-type-registry.json'), 'utf8')) as Registry;
const verbs = ['bootstrap', 'deploy', 'destroy', 'diff', 'synth', 'list', 'drift'];

/** What is wrong with an `npx cdk …` command, by CDK's own words and by the stacks of this pipeline; empty when nothing is. */
export function cdkProblems([verb = '', ...rest]: readonly string[]): string[] {
  const command = registry.commands[verb];
  if (!command || !verbs.includes(verb)) return [`cdk ${verb} is not for a page`];
  const known = { ...registry.globalOptions, ...command.options };
  const options = rest.filter((word) => word.startsWith('--')).map((word) => word.slice(2).replace(/=.*$/, ''));
  const unknown = options.filter((option) => !(option in known) && !(option.replace(/^no-/, '') in known));
  const stacks = verb === 'bootstrap' ? [] : rest.filter((word, index) => /^[A-Z]/.test(word) && !rest[index - 1]?.startsWith('--'));
  return [...unknown.map((option) => `cdk ${verb} knows no option --${option}`), ...stacks.flatMap((stack) => stackProblem(verb, stack))];
}

function stackProblem(verb: string, stack: string): string[] {
  const { stages } = readConfig(readFileSync(configFile, 'utf8'));
  // A page of a runbook names a stage's stacks by variables, or by placeholders that a report fills in.
  if (/^(?:STACK|FOUNDATION|v1\.4\.0)$/.test(stack)) return [];
  if (stages.some(({ serviceStack }) => serviceStack === stack)) return verb === 'deploy' ? [`${stack} belongs to releases`] : [];
  const people = ['ReleaseStores', 'ReleaseMachine', 'ReleaseSelfUpdate', ...stages.map(({ foundationStack }) => foundationStack)];
  return people.includes(stack) ? [] : [`there is no stack ${stack}`];
}
