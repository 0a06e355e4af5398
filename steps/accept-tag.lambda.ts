/** Lets a tag in and opens its record. In: request, execution, stages. Out: Release. Fails: TagMalformed, TagMoved, TagBehind. Safe to repeat. */
import { acceptTag } from './accept-tag.ts';
import { logged } from './clients/logged.ts';
import { sourceHost } from './clients/source-host.ts';
import { table } from './clients/table.ts';
import { entry } from './contract/entry.ts';
import { readEnvironment } from './contract/environment.ts';
import { Source } from './contract/source.ts';

const { RELEASE_TABLE, SOURCE } = readEnvironment('AcceptTag', process.env);
const ports = { host: sourceHost(Source.parse(JSON.parse(SOURCE))), table: table(RELEASE_TABLE) };

export const handler = logged(
  'AcceptTag',
  entry('AcceptTag', (input) => acceptTag(input, ports)),
);
