/** Writes the tables of docs/cost.md anew, when a template, a price or a recorded history has changed: `npm run record:cost`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../assembly.ts';
import { allTemplates, costTables, tableUnder } from '../contract/cost-tables.ts';

const file = join(root, 'docs/cost.md');
let page = readFileSync(file, 'utf8');
for (const [heading, rows] of Object.entries(costTables(await allTemplates())))
  page = page.replace(tableUnder(page, heading).join('\n'), rows.join('\n'));
writeFileSync(file, page);
