import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '../../pipeline/configured.ts';
import { assemble } from '../../rehearsal/assembly.ts';
import { ReleaseMeter } from '../../steps/checks/release-meter.ts';
import { type Cost, requestsOf } from '../../steps/contract/cost.ts';
import { monthly, type PriceName, prices, pricesRead } from '../../steps/contract/prices.ts';
import { root, type Template } from '../assembly.ts';
import { pageNamed } from './docs-pages.ts';
import { type CostLine, idleCost, plain, rows, total, unpriced } from './idle-cost.ts';
import { readHistory } from './recorded-history.ts';

const page = pageNamed('docs/cost.md');
/** Rows of the table under a heading, without its head. */
const tableUnder = (heading: string): string[] =>
  (page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1);

function costOf(name: 'released' | 'rolled-back'): Cost {
  const meter = new ReleaseMeter();
  for (const event of readHistory(name).events) meter.take(event);
  return meter.cost();
}
const linesOf = ({ lines }: Cost): CostLine[] =>
  lines.toSorted((a, b) => b.usd - a.usd).map(({ price, amount, usd }) => ({ what: price, amount, unit: prices[price].unit, usd }));
const sum = (usd: number, digits: number) => `| **in all** | | **${usd.toFixed(digits)}** |`;

describe.each([
  ['released', 'A release to both stages'],
  ['rolled-back', 'A release that is rolled back'],
] as const)('the cost of a release that is %s', (name, heading) => {
  it('stands on the page line by line, as its recorded history counts it', () => {
    const cost = costOf(name);
    expect(tableUnder(heading)).toEqual([...rows(linesOf(cost), 6), sum(cost.usd, 4)]);
  });

  it('is under five cents without build minutes', () => {
    expect(costOf(name).usd).toBeGreaterThan(0.001);
    expect(costOf(name).usd).toBeLessThan(0.05);
  });

  it('has a ceiling for each request that no history tells: no step asks for more', () => {
    const { events, requests } = readHistory(name);
    const visits = (step: string) => events.filter(({ type, state }) => type === 'TaskStateEntered' && state === step).length;
    const beyond = Object.entries(requests).flatMap(([step, asked]) =>
      step in requestsOf
        ? Object.entries(asked)
            .filter(([price, amount]) => {
              // An item of 2 KB is two units.
              const units = price.startsWith('table') ? 2 : 1;
              const ceiling = requestsOf[step as keyof typeof requestsOf][price as PriceName] ?? 0;
              return amount * units > ceiling * visits(step);
            })
            .map(([price, amount]) => `${step}: ${amount} × ${price} in ${visits(step)} visits`)
        : [],
    );
    expect(beyond).toEqual([]);
  });
});

describe('a month without a release', () => {
  let all: Template[];
  beforeAll(async () => {
    const { directory } = await assemble(root);
    // Whatever stacks there are: a new one counts as soon as it is made.
    const names = readdirSync(directory).filter((name) => name.endsWith('.template.json'));
    all = names.map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as Template);
    expect(names.length).toBeGreaterThanOrEqual(6);
  }, 240_000);

  it('counts every resource of the templates, or says why it costs nothing', () => {
    expect(unpriced(all)).toEqual([]);
  });

  it('stands on the page line by line, as the templates count it', () => {
    const lines = idleCost(all, config);
    expect(tableUnder('A month without a release')).toEqual([...rows(lines, 2), sum(total(lines), 2)]);
  });

  it('is under ten dollars without the service itself', () => {
    expect(total(idleCost(all, config))).toBeLessThan(10);
  });
});

describe('the prices', () => {
  it('stand on the page with their day, each with its unit and its source', () => {
    expect(page).toContain(pricesRead);
    const list = [...Object.values(prices), ...Object.values(monthly)];
    expect(tableUnder('Prices')).toEqual(list.map(({ usd, unit, source }) => `| ${unit} | ${plain(usd)} | ${source} |`));
  });
});
