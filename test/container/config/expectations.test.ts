import { smokeExpectations } from '../../../container/src/config/expectations.ts';

describe('what a smoke test must expect', () => {
  const expectations = smokeExpectations();

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(expectations))).toEqual(expectations);
  });

  it('compares only with what a pipeline knows about a stage, none of it secret', () => {
    const sources = [...expectations.probes, expectations.sample]
      .flatMap((probe) => probe.fields)
      .flatMap(({ equals }) => ('from' in equals ? [equals.from] : []));
    expect(new Set(sources)).toEqual(new Set(['version', 'region', 'tenant', 'bucket', 'catalog', 'database', 'queue_arn']));
  });

  it('wants the four refusals, each 401', () => {
    expect(expectations.refusals.map(({ name, status }) => [name, status])).toEqual([
      ['unsigned', 401],
      ['stranger', 401],
      ['expired', 401],
      ['changed', 401],
    ]);
  });
});
