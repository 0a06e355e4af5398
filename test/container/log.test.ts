import { spawnSync } from 'node:child_process';

/** Runs a script with a log in a process of its own. @returns the words of its lines */
function logged(script: string): string[] {
  const program = `import { createLog, writeConfigInvalid, writeMetrics } from './container/src/log.ts'; const log = createLog(); ${script}`;
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], { encoding: 'utf8' });
  const lines = stdout.split('\n');
  // Whole lines, each with its end.
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line)).map(({ msg, event, metric }) => msg ?? event ?? metric);
}

describe('the log', () => {
  it.each([
    ['ends by itself', ''],
    ['exits in the same turn', 'process.exit(3);'],
    ['ends by an error', `setImmediate(() => { throw new Error('example'); });`],
  ])('is whole and in order when the process %s', (_, end) => {
    expect(logged(`log.info('one'); writeMetrics({ metric: 'two' }); log.child({}).info('three'); ${end}`)).toEqual([
      'one',
      'two',
      'three',
    ]);
  });

  it('holds all that led to a warning even when nothing runs after it', () => {
    expect(logged(`log.info('one'); log.warn('two'); log.info('lost'); process.kill(process.pid, 'SIGKILL');`)).toEqual(['one', 'two']);
  });

  it('holds why a start cannot work, whatever follows', () => {
    const problem = `{ cause: 'SecretEmpty', keys: [], message: 'example' }`;
    expect(logged(`log.info('one'); writeConfigInvalid(${problem}); process.kill(process.pid, 'SIGKILL');`)).toEqual([
      'one',
      'config.invalid',
    ]);
  });

  it('is written once a turn, not once a line', () => {
    const count = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
      const { writeSync } = fs; let writes = 0; fs.writeSync = (fd, ...rest) => { if (fd === 1) writes += 1; return writeSync(fd, ...rest); };
      syncBuiltinESMExports();
      for (let line = 0; line < 50; line++) log.info('line');
      setImmediate(() => setImmediate(() => log.warn(String(writes))));`;
    expect(logged(count)).toEqual([...Array.from({ length: 50 }, () => 'line'), '1']);
  });
});
