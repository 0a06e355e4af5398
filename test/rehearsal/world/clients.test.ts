import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OutsideWorld } from '../../../rehearsal/world/outside-world.ts';
import type { TokenEndpoint } from '../../../steps/contract/ports.ts';
import { examplePlace, exampleStage } from './example-place.ts';

const run = promisify(execFile);
const home = mkdtempSync(join(tmpdir(), 'example-clients-'));
const place = examplePlace();
let world: OutsideWorld;
let secret: Record<string, string>;

beforeAll(async () => {
  world = await OutsideWorld.start(home);
  await world.playStage(place.cloud, exampleStage);
  secret = place.secret();
});
afterAll(async () => {
  await world.stop();
  place.remove();
  rmSync(home, { recursive: true, force: true });
});

describe("the pipeline's token probe, in a process that was started without the authority", () => {
  let probe: TokenEndpoint['probe'];
  beforeAll(async () => {
    Object.assign(process.env, world.environment());
    // Its agent is made when it is loaded, as in a Lambda whose settings are there before its code.
    ({ probe } = (await import('../../../steps/clients/token-endpoint.ts')).tokenEndpoint);
  });
  afterAll(() => {
    for (const name of Object.keys(world.environment())) delete process.env[name];
  });

  it('passes with the credentials of the secret', async () => {
    await expect(probe(secret['tenant']!, secret['client_id']!, secret['client_secret']!)).resolves.toBeUndefined();
  });

  it('tells credentials that are refused from a tenant that is not there', async () => {
    await expect(probe(secret['tenant']!, secret['client_id']!, 'another example')).rejects.toMatchObject({ name: 'CredentialsRejected' });
    await expect(probe('example-absent', secret['client_id']!, secret['client_secret']!)).rejects.toThrow('answered 404');
  });
});

describe("the service's client, in a process of its own", () => {
  const script = `
    const { createHttp } = await import('./container/src/clients/http.ts');
    const { status } = await createHttp(process.env)('https://apps.benchling.com/api/v1/apps/' + process.env.APP + '/jwks').catch((error) => ({ status: error.code }));
    console.log(status);`;
  const statusWith = async (environment: Record<string, string>) => {
    const env = { PATH: process.env['PATH'], APP: secret['app_definition_id'], ...environment };
    return (await run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { env })).stdout.trim();
  };

  it('trusts the authority that the environment names, and nothing without it', async () => {
    const { NODE_EXTRA_CA_CERTS, ...untrusting } = world.environment();
    const [trusting, without] = await Promise.all([statusWith({ NODE_EXTRA_CA_CERTS, ...untrusting }), statusWith(untrusting)]);
    expect(trusting).toBe('200');
    expect(without).toMatch(/UNABLE_TO_|SELF_SIGNED/);
  });
});
