import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Ecr } from '../../../rehearsal/aws/ecr/ecr.ts';
import { dockerCommand } from '../../../rehearsal/docker/command.ts';

const run = promisify(execFile);

/** A server that behaves as BEHAVIOUR says: well, sick (503), crash, mute (never answers), stubborn (ignores SIGTERM). */
const server = `
import { createServer } from 'node:http';
const { BEHAVIOUR = 'well', VERSION = 'none', PORT } = process.env;
console.log('example starts as ' + BEHAVIOUR);
if (BEHAVIOUR === 'crash') {
  console.error('example cannot start');
  process.exit(1);
}
const server = createServer((request, response) => {
  if (BEHAVIOUR === 'mute') return;
  if (request.url === '/health') return response.writeHead(BEHAVIOUR === 'sick' ? 503 : 200).end();
  const answer = { version: VERSION, headers: request.headers, env: Object.keys(process.env), secret: process.env.EXAMPLE_SECRET };
  setTimeout(() => response.end(JSON.stringify(answer)), Number(new URL(request.url, 'http://x').searchParams.get('delay') ?? 0));
}).listen(PORT, '127.0.0.1');
process.on('SIGTERM', () => {
  if (BEHAVIOUR !== 'stubborn') server.close(() => process.exit(0));
});
`;

const dockerfile = `ARG BASE=scratch
FROM \${BASE}
WORKDIR /app
COPY server.mjs ./
USER 1000
CMD ["node", "/app/server.mjs"]
`;

/** Builds and pushes the example image. @returns \`repository@sha256:…\` */
export async function pushExampleImage(ecr: Ecr, home: string, repository: string, platform = 'linux/amd64'): Promise<string> {
  const context = mkdtempSync(join(home, 'context-'));
  mkdirSync(context, { recursive: true });
  writeFileSync(join(context, 'server.mjs'), server);
  writeFileSync(join(context, 'Dockerfile'), dockerfile);
  const docker = docked(home);
  const uri = ecr.uri(repository);
  const tag = `${uri}:v1-${platform.replace('/', '-')}`;
  await docker.login(ecr);
  await docker.run('build', '--platform', platform, '--quiet', '--tag', tag, context);
  const pushed = await docker.run('push', tag);
  return `${uri}@${/sha256:\w+/.exec(pushed)?.[0]}`;
}

/** The stand-in's docker command. */
export function docked(home: string) {
  const command = join(dockerCommand(home), 'docker');
  return {
    async run(...words: string[]): Promise<string> {
      const { stdout } = await run(command, words);
      return stdout.trim();
    },
    /** @returns what it said and how it ended, when that is not 0 */
    async refused(...words: string[]): Promise<string> {
      const error = await run(command, words).then(
        () => undefined,
        (failure: { code: number; stderr: string }) => failure,
      );
      return error ? `${error.code}: ${error.stderr.trim()}` : 'not refused';
    },
    async login(ecr: Ecr): Promise<void> {
      const [, password = ''] = Buffer.from(ecr.token(), 'base64').toString().split(':');
      const login = run(command, ['login', '--username', 'AWS', '--password-stdin', ecr.address]);
      login.child.stdin?.end(password);
      await login;
    },
  };
}
