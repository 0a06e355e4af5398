import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { causes } from '../../steps/contract/causes.ts';
import { environment } from '../../steps/contract/environment.ts';
import { fileName, steps } from '../../steps/contract/steps.ts';
import { flat, ofType, root, type Template, templates } from '../assembly.ts';

const files = readdirSync(join(root, 'steps')).filter((name) => name.endsWith('.ts'));
const source = (name: string) => readFileSync(join(root, 'steps', name), 'utf8');

describe('steps and their files', () => {
  const names = Object.keys(environment).map(fileName);

  it('each step has its decision and its entry', () => {
    expect(names.flatMap((name) => [`${name}.ts`, `${name}.lambda.ts`]).filter((name) => !files.includes(name))).toEqual([]);
  });

  it('each entry belongs to a step', () => {
    const entries = files.filter((name) => name.endsWith('.lambda.ts')).map((name) => name.replace('.lambda.ts', ''));
    expect(entries.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('each state of the contract is a function with declared variables', () => {
    expect(Object.keys(steps).filter((name) => !(name in environment))).toEqual([]);
  });

  it('each entry says in its header what goes in, what comes out, what fails, and that it is safe to repeat', () => {
    const wanting = files
      .filter((name) => name.endsWith('.lambda.ts'))
      .filter((name) => !/In: .*Out: .*(Fails: .*)?Safe to repeat/s.test(source(name).slice(0, 1200)));
    expect(wanting).toEqual([]);
  });
});

describe('variables', () => {
  let template: Template;
  beforeAll(async () => {
    template = (await templates())('ReleaseMachine');
  }, 60_000);

  it.each(Object.keys(environment) as (keyof typeof environment)[])('the template gives %s exactly those that it declares', (name) => {
    const [, made] = ofType(template, 'AWS::Lambda::Function').find(([id]) => id.startsWith(`${name}Function`))!;
    expect(Object.keys(made.Properties['Environment']?.Variables ?? {}).sort()).toEqual([...environment[name]].sort());
  });

  it.each(Object.keys(environment) as (keyof typeof environment)[])('%s reads exactly those that it declares', (name) => {
    const text = source(`${fileName(name)}.lambda.ts`);
    const read = environment[name].filter((variable) => text.includes(variable));
    expect(read).toEqual([...environment[name]]);
    expect(text).not.toMatch(/process\.env\.|process\.env\[/);
  });

  it('carry names, never values of secrets', () => {
    for (const [, made] of ofType(template, 'AWS::Lambda::Function')) {
      for (const value of Object.values(made.Properties['Environment']?.Variables ?? {}))
        expect(flat(value)).not.toMatch(/resolve:secretsmanager/);
    }
  });
});

describe('causes', () => {
  const thrown = readdirSync(join(root, 'steps'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...source(name).matchAll(/new ReleaseError\(\s*'(\w+)'/g)].map(([, cause]) => cause!));

  it('each error that a step throws is a cause', () => {
    expect(thrown.length).toBeGreaterThan(10);
    expect([...new Set(thrown)].filter((cause) => !(cause in causes))).toEqual([]);
  });
});
