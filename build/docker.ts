import { spawn } from 'node:child_process';

/**
 * Runs a docker command. Its output goes to this build's log on stderr and comes back as text; values of variables and passwords travel by environment and
 * standard input, never as arguments. Rejects with the command when it fails.
 */
export function docker(
  args: readonly string[],
  { input = '', env = {} }: { input?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const child = spawn('docker', args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      process.stderr.write(text);
    });
  }
  // One that reads nothing may be over before it is given anything: how it ended says whether it did its work.
  child.stdin.on('error', () => {}).end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`docker ${args[0]} ended with ${code}`))));
  });
}
