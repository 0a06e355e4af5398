import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '../../pipeline/configured.ts';
import { assemble } from '../../rehearsal/assembly.ts';
import { ReleaseMeter } from '../../steps/checks/release-meter.ts';
import type { Cost } from '../../steps/contract/cost.ts';
import { monthly, prices } from '../../steps/contract/prices.ts';
import { root, type Template } from '../assembly.ts';
import { type CostLine, idleCost, plain, rows, total } from './idle-cost.ts';
import { readHistory } from './recorded-history.ts';

export const recordings = { released: 'A release to both stages', 'rolled-back': 'A release that is rolled back' } as const;
export const idle = 'A month without a release';

/** Every stack there is: a new one counts as soon as it is made. */
export async function allTemplates(): Promise<Template[]> {
  const { directory } = await assemble(root);
  const names = readdirSync(directory).filter((name) => name.endsWith('.template.json'));
  return names.map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as Template);
}

export function costOf(name: keyof typeof recordings): Cost {
  const meter = new ReleaseMeter();
  for (const event of readHistory(name).events) meter.take(event);
  return meter.cost();
}

/** Rows of docs/cost.md by the heading above them, as templates and recorded histories count them. */
export function costTables(all: readonly Template[]): Record<string, string[]> {
  const released = Object.entries(recordings).map(([name, heading]) => {
    const cost = costOf(name as keyof typeof recordings);
    return [heading, [...rows(linesOf(cost), 6), sum(cost.usd, 4)]] as const;
  });
  const lines = idleCost(all, config);
  const list = [...Object.values(prices), ...Object.values(monthly)];
  return {
    ...Object.fromEntries(released),
    [idle]: [...rows(lines, 2), sum(total(lines), 2)],
    Prices: list.map(({ usd, unit, source }) => `| ${unit} | ${plain(usd)} | ${source} |`),
  };
}

const linesOf = ({ lines }: Cost): CostLine[] =>
  lines.toSorted((a, b) => b.usd - a.usd).map(({ price, amount, usd }) => ({ what: price, amount, unit: prices[price].unit, usd }));
const sum = (usd: number, digits: number) => `| **in all** | | **${usd.toFixed(digits)}** |`;

/** Rows of the table under a heading of a page, without its two lines of head. */
export const tableUnder = (page: string, heading: string): string[] =>
  (page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1);
