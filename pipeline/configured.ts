import { readFileSync } from 'node:fs';
import { type Config, configFile, readConfig } from './config.ts';

/** The one table of stages, as synth, the build of a tag and the rehearsal read it. A file of its own: `release init` must run where the table is broken. */
export const config: Config = readConfig(readFileSync(configFile, 'utf8'));
