import { Benchling } from '../../rehearsal/world/benchling.ts';
import { credentialsIn, exampleSecret } from '../../rehearsal/world/example-secret.ts';
import { leaks } from './planted-secrets.ts';

describe.each(['staging', 'prod'])('the shapes of what is planted at %s', (stage) => {
  it('know every value that must not be seen', () => {
    const values = credentialsIn(exampleSecret(stage, 'example-data'));
    expect(values).toHaveLength(4);
    for (const value of values) expect(leaks('text', `before ${value} after`)).not.toEqual([]);
  });

  it('know the tokens that are handed out', () => {
    const benchling = new Benchling();
    const { tenant: name, client_id, client_secret, app_definition_id } = exampleSecret(stage, 'example-data');
    const tenant = benchling.add({
      name,
      clientId: client_id,
      clientSecret: client_secret,
      appDefinitionId: app_definition_id,
      entries: [],
    });
    expect(leaks('text', `Bearer ${benchling.issueToken(tenant)}`)).not.toEqual([]);
  });

  it('do not take names for secrets', () => {
    const names = `example-${stage} example/${stage}/benchling example-${stage}-data example-quilt-${stage} app_definition_id`;
    expect(leaks('text', names)).toEqual([]);
  });
});
