import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { docker } from '../../build/docker.ts';

describe('a docker command', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'example-docker-'));
    writeFileSync(join(home, 'docker'), '#!/bin/sh\nexec <&-\necho "said $1"\nexit "$2"\n', { mode: 0o755 });
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  // More than a pipe holds: it is still being written when the command is over.
  const given = () => ({ input: 'x'.repeat(1 << 20), env: { PATH: [home, process.env['PATH']].join(delimiter) } });

  it('that reads nothing of what it is given is judged by how it ends: well', async () => {
    expect(await docker(['inspect', '0'], given())).toBe('said inspect\n');
  });

  it('that reads nothing of what it is given is judged by how it ends: badly', async () => {
    await expect(docker(['inspect', '3'], given())).rejects.toThrow('docker inspect ended with 3');
  });
});
