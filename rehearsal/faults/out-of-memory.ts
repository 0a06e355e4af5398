import type { Fault } from './fault.ts';
import { isNewVersion } from './new-version.ts';

/** A program that says that it starts, and then keeps all that it ever held. */
const leak = [
  'node',
  '-e',
  "console.log(JSON.stringify({ level: 'info', msg: 'starting' })); const all = []; setInterval(() => all.push(Buffer.alloc(8 * 2 ** 20, 1)), 20);",
] as const;

export const outOfMemory: Fault = {
  name: 'out-of-memory',
  summary: 'the new version needs more memory than its tasks have',
  cause: 'OutOfMemory',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject(context) {
    const isNew = isNewVersion(context);
    // An eighth of what a task has: what is rehearsed is the kill, and it needs no gigabyte of this machine.
    return { container: (start) => (isNew(start) ? { command: leak, memory: 128 } : undefined) };
  },
};
