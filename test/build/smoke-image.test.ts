import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { dockerCommand } from '../../rehearsal/docker/command.ts';

let home: string;
let env: NodeJS.ProcessEnv;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'example-smoke-'));
  env = { ...process.env, PATH: [dockerCommand(home), process.env.PATH].join(delimiter) };
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Smoke-tests an image of one script, in a process of its own as the build does. */
function smoke(name: string, script: string, health = '["node", "--eval", "process.exit(0)"]') {
  const context = mkdtempSync(join(home, `${name}-`));
  const dockerfile = ['FROM scratch', 'COPY server.mjs ./', `HEALTHCHECK CMD ${health}`, 'CMD ["node", "server.mjs"]', ''];
  writeFileSync(join(context, 'Dockerfile'), dockerfile.join('\n'));
  writeFileSync(join(context, 'server.mjs'), script);
  const built = spawnSync('docker', ['build', '--tag', `example/${name}:v1.4.0`, context], { env, encoding: 'utf8' });
  expect(built.stderr).toBe('');
  const run = `const { smokeImage } = await import('./build/smoke-image.ts'); await smokeImage('example/${name}:v1.4.0', '1.4.0');`;
  return spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', run], { env, encoding: 'utf8' });
}

const serving = (answers: string) => `
import { createServer } from 'node:http';
const answers = ${answers};
createServer((request, response) => {
  const [status, body] = answers[request.url] ?? [404, {}];
  response.writeHead(status).end(JSON.stringify(body));
}).listen(process.env.PORT, '127.0.0.1');
`;

describe('the smoke test of an image', () => {
  it('passes an image that is ready, says its version and shows its configuration', () => {
    const answers = `{ '/health/ready': [200, {}], '/health': [503, { version: '1.4.0' }], '/config': [200, {}] }`;
    expect(smoke('good', serving(answers))).toMatchObject({ status: 0 });
  }, 60_000);

  it('fails an image that ends, with its last words, without waiting for it', () => {
    const { status, stderr } = smoke('crash', `console.log('the example ends'); process.exit(3);`);
    expect(status).not.toBe(0);
    expect(stderr).toContain('ImageBootFailed: the container ended with exit code 3');
    expect(stderr).toContain('the example ends');
  }, 60_000);

  it.each([
    ['["node", "absent.mjs"]', 'its health check node absent.mjs fails beside a service that answers'],
    ['node absent.mjs', 'its health check is of the form CMD-SHELL, expected CMD'],
  ])(
    'fails an image whose health check would stop every task: %s',
    (health, said) => {
      const answers = `{ '/health/ready': [200, {}], '/health': [200, { version: '1.4.0' }], '/config': [200, {}] }`;
      expect(smoke('unchecked', serving(answers), health).stderr).toContain(`ImageBootFailed: ${said}`);
    },
    60_000,
  );

  it('fails an image that says another version', () => {
    const answers = `{ '/health/ready': [200, {}], '/health': [200, { version: '1.3.9' }], '/config': [200, {}] }`;
    expect(smoke('old', serving(answers)).stderr).toContain('ImageBootFailed: /health says version 1.3.9, built was 1.4.0');
  }, 60_000);
});
