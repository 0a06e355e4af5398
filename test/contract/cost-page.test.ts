import { config } from '../../pipeline/configured.ts';
import { requestsOf } from '../../steps/contract/cost.ts';
import { type PriceName, pricesRead } from '../../steps/contract/prices.ts';
import type { Template } from '../assembly.ts';
import { allTemplates, costOf, costTables, idle, recordings, tableUnder } from './cost-tables.ts';
import { pageNamed } from './docs-pages.ts';
import { idleCost, total, unpriced } from './idle-cost.ts';
import { readHistory } from './recorded-history.ts';

const page = pageNamed('docs/cost.md');

describe.each(Object.keys(recordings) as (keyof typeof recordings)[])('the cost of a release that is %s', (name) => {
  it('stands on the page line by line, as its recorded history counts it', () => {
    expect(tableUnder(page, recordings[name])).toEqual(costTables([])[recordings[name]]);
  });

  it('is under five cents without build minutes', () => {
    expect(costOf(name).usd).toBeGreaterThan(0.001);
    expect(costOf(name).usd).toBeLessThan(0.05);
  });

  it('has a ceiling for each request that no history tells: no step asks for more', () => {
    const { events, requests } = readHistory(name);
    const visits = (step: string) => events.filter(({ type, state }) => type === 'TaskStateEntered' && state === step).length;
    const beyond = Object.entries(requests)
      .flatMap(([step, asked]) => Object.entries(asked).map(([price, amount]) => ({ step, price: price as PriceName, amount })))
      .filter(({ step, price, amount }) => {
        const ceilings = requestsOf[step as keyof typeof requestsOf];
        // An item of 2 KB is two units. Functions that are no steps have no ceiling: the page says what they cost at most.
        return ceilings && amount * (price.startsWith('table') ? 2 : 1) > (ceilings[price] ?? 0) * visits(step);
      });
    expect(beyond).toEqual([]);
  });
});

describe('a month without a release', () => {
  let all: Template[];
  beforeAll(async () => {
    all = await allTemplates();
  }, 240_000);

  it('counts every resource of the templates, or says why it costs nothing', () => {
    expect(all.length).toBeGreaterThanOrEqual(6);
    expect(unpriced(all)).toEqual([]);
  });

  it('stands on the page line by line, as the templates count it: npm run record:cost writes it', () => {
    expect(tableUnder(page, idle)).toEqual(costTables(all)[idle]);
  });

  it('is under ten dollars without the service itself', () => {
    expect(total(idleCost(all, config))).toBeLessThan(10);
  });
});

describe('the prices', () => {
  it('stand on the page with their day, each with its unit and its source', () => {
    expect(page).toContain(pricesRead);
    expect(tableUnder(page, 'Prices')).toEqual(costTables([])['Prices']);
  });
});
