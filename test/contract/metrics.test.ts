import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metrics } from '../../steps/contract/metrics.ts';
import { root } from '../assembly.ts';

const sources = readdirSync(join(root, 'steps'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.startsWith('contract/'))
  .map((name) => readFileSync(join(root, 'steps', name), 'utf8'));
const sentBy = (text: string) => [...text.matchAll(/metric: '(\w+)'/g)].map(([, name]) => name!);

describe('the metrics of the pipeline', () => {
  it('are sent by a step, each of them, and no other is', () => {
    expect([...new Set(sources.flatMap(sentBy))].toSorted()).toEqual(Object.keys(metrics).toSorted());
  });

  it('have dimensions whose values are a fixed few words', () => {
    const dimensions = new Set(Object.values(metrics).flatMap(({ by }) => [...by]));
    expect([...dimensions].toSorted()).toEqual(['Cause', 'Stage', 'Step']);
  });
});
