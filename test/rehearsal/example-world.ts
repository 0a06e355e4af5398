import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hooks, World } from '../../rehearsal/aws/kernel.ts';
import { Clock } from '../../rehearsal/clock.ts';

export interface ExampleWorld extends World {
  /** Says where the stand-in listens; until then `endpoint()` throws. */
  listensAt(endpoint: string): void;
  readonly lines: string[];
  remove(): void;
}

/** A world with a directory of its own and no faults. */
export function exampleWorld(hooks: Hooks = {}, scale = 0.001): ExampleWorld {
  const home = mkdtempSync(join(tmpdir(), 'example-world-'));
  const lines: string[] = [];
  let endpoint: string | undefined;
  return {
    account: '111122223333',
    region: 'us-east-1',
    partition: 'aws',
    clock: new Clock(scale),
    hooks,
    home,
    lines,
    endpoint: () => {
      if (!endpoint) throw new Error('the stand-in does not listen yet');
      return endpoint;
    },
    listensAt: (url) => {
      endpoint = url;
    },
    log: (line) => void lines.push(line),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
