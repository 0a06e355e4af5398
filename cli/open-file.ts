import { spawn } from 'node:child_process';

/** Opens a file with the desktop's own program. Says so when there is none: the path was printed already. */
export function openFile(path: string): void {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(command, [path], { detached: true, stdio: 'ignore' });
  child.once('error', () => console.error(`${command} is not installed here; the report is ${path}`));
  child.unref();
}
