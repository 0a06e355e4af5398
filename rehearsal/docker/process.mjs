import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/**
 * What to start for an image that is a folder: its command with this machine's Node in the place of the image's, and with
 * the paths of the image made paths of this machine. Shared by the stand-in for docker and by the rehearsal's executor.
 * @param image {root: folder, config: the image's configuration, args: command, entrypoint, env, temporary: folder}
 * @returns {{command: string[], cwd: string, env: Record<string, string>}}
 */
export function processOf({ root, config, args = [], entrypoint, env = {}, temporary }) {
  const words = [...(entrypoint ? [entrypoint] : (config.Entrypoint ?? [])), ...(args.length || entrypoint ? args : (config.Cmd ?? []))];
  const here = (word) => (word.startsWith('/') && existsSync(join(root, word)) ? join(root, word) : word);
  const [program = '', ...rest] = words;
  const node = /^(.*\/)?node$/.test(program);
  const set = Object.fromEntries((config.Env ?? []).map((each) => /^([^=]+)=(.*)$/s.exec(each)?.slice(1) ?? []));
  return {
    command: [node ? process.execPath : here(program), ...rest.map(here)],
    cwd: join(root, config.WorkingDir || '/'),
    // Only what the image and the task say: a variable of this shell must not make a release pass.
    env: { ...set, ...env, PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter), TMPDIR: temporary },
  };
}
