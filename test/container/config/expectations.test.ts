import { smokeExpectations } from '../../../container/src/config/expectations.ts';
import { parameters } from '../../../container/src/config/parameters.ts';

describe('what a smoke test must expect', () => {
  const expectations = smokeExpectations();

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(expectations))).toEqual(expectations);
  });

  it('compares only with values that a pipeline can know', () => {
    const sources = [...expectations.probes, expectations.sample]
      .flatMap((probe) => probe.fields)
      .flatMap(({ equals }) => ('from' in equals ? [equals.from] : []));
    const known = [
      'release.version',
      'stack.region',
      'quilt.catalog',
      'quilt.database',
      'quilt.queue_arn',
      ...Object.keys(parameters.shape).map((key) => `secret.${key}`),
    ];
    for (const source of sources) expect(known).toContain(source);
  });

  it('never compares with a secret-class value in the clear', () => {
    const fields = expectations.probes.flatMap((probe) => probe.fields);
    const clientId = fields.filter(({ equals }) => 'from' in equals && equals.from === 'secret.client_id');
    expect(clientId).toEqual([{ path: 'benchling.client_id', equals: { from: 'secret.client_id', mask: 'last-four' } }]);
    expect(JSON.stringify(fields)).not.toContain('secret.client_secret');
  });
});
