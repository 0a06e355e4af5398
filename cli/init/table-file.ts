import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Config, configFile, readConfig } from '../../pipeline/config.ts';
import { UsageError } from '../exit-codes.ts';

/** How people call the file. */
export const tableName = 'pipeline/config.json';

/** Text of the table that stands in this checkout; null when there is none. */
export const standingTable = (): string | null => (existsSync(configFile) ? readFileSync(configFile, 'utf8') : null);
export const writeTable = (text: string): void => writeFileSync(configFile, text);

/** By the schema that synth reads the table with. Throws UsageError with every problem at once. */
export function judgedTable(text: string, from: string, next: string): Config {
  try {
    return readConfig(text, from);
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nNext: ${next}`);
  }
}

/** The table of this checkout. Throws UsageError where there is none, or one that synth would refuse. */
export function configuredTable(): Config {
  const text = standingTable();
  if (text === null) throw new UsageError(`There is no ${tableName}. Next: npx release init`);
  return judgedTable(text, tableName, 'npx release init');
}
