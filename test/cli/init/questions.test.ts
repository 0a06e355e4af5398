import * as z from 'zod';
import { byHand, leftAlone, ofPipeline } from '../../../cli/init/questions.ts';
import { ofStage } from '../../../cli/init/stage-questions.ts';
import { Config } from '../../../pipeline/config.ts';

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
}

/** Every field that a table may hold, by its path; those of stages without their place in the list. A choice between objects has the fields of all. */
function fieldsOf(schema: Schema, path = ''): string[] {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.flatMap((each) => fieldsOf(each, path)))];
  if (schema.properties) return Object.entries(schema.properties).flatMap(([key, each]) => fieldsOf(each, path ? `${path}.${key}` : key));
  return schema.items?.properties ? fieldsOf(schema.items, path) : [path];
}

const inSchema = fieldsOf(z.toJSONSchema(Config, { io: 'input' }) as Schema).sort();
const asked = [...ofPipeline.map(({ path }) => path), ...ofStage.map(({ path }) => `stages.${path}`)];

describe('what init asks for', () => {
  it('is every field of the table but those that are left alone on purpose', () => {
    expect([...asked, ...Object.keys(leftAlone)].sort()).toEqual(inSchema);
  });

  it('does not hold what people write by hand', () => {
    for (const field of byHand) {
      expect(asked.filter((path) => path.startsWith(field))).toEqual([]);
      expect(Object.keys(leftAlone).some((path) => path.startsWith(`${field}.`))).toBe(true);
    }
  });

  it('is asked for by one flag each', () => {
    const flags = [...ofPipeline, ...ofStage].map(({ flag }) => flag);
    expect(flags.filter((flag, index) => flags.indexOf(flag) !== index)).toEqual([]);
  });

  it('is left alone for a reason', () => {
    for (const reason of Object.values(leftAlone)) expect(reason).toMatch(/\w+ \w+/);
  });
});
