/** `docker run` and what goes with it: a container is a process, its state a file, its log another. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspectImage } from './images.mjs';
import { format, parse, Refusal } from './options.mjs';
import { processOf } from './process.mjs';
import { findImage, home, readJson, withTag, writeJson } from './store.mjs';

const known = {
  '-d': '--detach',
  '--detach': 'flag',
  '--rm': 'flag',
  '--init': 'flag',
  '--read-only': 'flag',
  '--name': 'value',
  '--network': 'value',
  '--net': '--network',
  '-e': '--env',
  '--env': 'list',
  '--env-file': 'value',
  '--label': 'list',
  '-l': '--label',
  '-u': '--user',
  '--user': 'value',
  '-w': '--workdir',
  '--workdir': 'value',
  '--tmpfs': 'list',
  '--cap-drop': 'list',
  '--security-opt': 'list',
  '--platform': 'value',
  '--entrypoint': 'value',
  '--stop-timeout': 'value',
  '-m': '--memory',
  '--memory': 'value',
};

const folderOf = (name) => join(home, 'containers', name);

function state(name) {
  const found = readJson(join(folderOf(name), 'state.json'));
  if (!found) throw new Refusal(`Error response from daemon: No such container: ${name}`);
  return found;
}

const fromFile = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() && !line.startsWith('#'));

export async function run(words) {
  const { options, rest } = parse('run', words, known, true);
  if (options['--network'] !== 'host') throw new Refusal('run: containers share the network of this machine: say --network host', 125);
  const [name, ...args] = rest;
  const image = findImage(name ?? '');
  if (!image) throw new Refusal(`Unable to find image '${withTag(name ?? '')}' locally`, 125);
  const id = randomBytes(32).toString('hex');
  const container = options['--name'] ?? `example_${id.slice(0, 8)}`;
  const folder = folderOf(container);
  if (existsSync(folder))
    throw new Refusal(`Error response from daemon: Conflict. The container name "/${container}" is already in use.`, 125);
  mkdirSync(join(folder, 'tmp'), { recursive: true });
  const given = [...(options['--env-file'] ? fromFile(options['--env-file']) : []), ...(options['--env'] ?? [])];
  const env = Object.fromEntries(
    given.map((each) => (each.includes('=') ? /^([^=]+)=(.*)$/s.exec(each).slice(1) : [each, process.env[each] ?? ''])),
  );
  const what = {
    root: join(image.folder, 'rootfs'),
    config: image.config.config,
    args,
    entrypoint: options['--entrypoint'],
    env,
    temporary: join(folder, 'tmp'),
  };
  writeJson(join(folder, 'start.json'), { ...processOf(what), root: what.root, remove: options['--rm'] === true });
  writeJson(join(folder, 'state.json'), {
    Id: id,
    Name: `/${container}`,
    Image: image.id,
    State: { Status: 'created', Running: false, ExitCode: 0, Pid: 0 },
  });
  if (options['--detach']) return detach(container, id);
  process.exitCode = await supervise([container], 'inherit');
}

async function detach(container, id) {
  const script = process.argv[1];
  spawn(process.execPath, [script, '__supervise', container], { detached: true, stdio: 'ignore' }).unref();
  // Like docker, come back only when the container runs, or has already ended.
  while (existsSync(folderOf(container)) && readJson(join(folderOf(container), 'state.json'))?.State.Status === 'created') await sleep(10);
  console.log(id);
}

/** Runs a container to its end and records it. @returns the exit code, 128 + n for a signal as docker has it */
export async function supervise([name], output) {
  const folder = folderOf(name);
  const { command, env, cwd, remove: gone } = readJson(join(folder, 'start.json'));
  const log = openSync(join(folder, 'log'), 'a');
  const child = spawn(command[0], command.slice(1), { env, cwd, stdio: output ? ['ignore', output, output] : ['ignore', log, log] });
  const record = (changes) => {
    const file = join(folder, 'state.json');
    if (existsSync(file)) writeJson(file, { ...readJson(file), State: { ...readJson(file).State, ...changes } });
  };
  // A rehearsal that was killed leaves its containers: the next one ends those it finds here.
  const pidFile = process.env.DOCKER_STAND_IN_PIDS && join(process.env.DOCKER_STAND_IN_PIDS, String(child.pid));
  if (child.pid && pidFile) {
    mkdirSync(process.env.DOCKER_STAND_IN_PIDS, { recursive: true });
    writeFileSync(pidFile, JSON.stringify({ command: command.join(' ') }));
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  record({ Status: 'running', Running: true, Pid: child.pid ?? 0, StartedAt: new Date().toISOString() });
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      writeFileSync(log, `exec ${command[0]}: ${error.message}\n`);
      resolve(127);
    });
    child.once('close', (exit, signal) => resolve(exit ?? 128 + constants.signals[signal]));
  });
  closeSync(log);
  if (pidFile) rmSync(pidFile, { force: true });
  record({ Status: 'exited', Running: false, Pid: 0, ExitCode: code, FinishedAt: new Date().toISOString() });
  if (gone) rmSync(folder, { recursive: true, force: true });
  return code;
}

/** Runs one more command beside a running container's own. */
export async function exec(words) {
  const { rest } = parse('exec', words, {}, true);
  const [name = '', ...args] = rest;
  if (!state(name).State.Running) throw new Refusal(`Error response from daemon: container ${name} is not running`);
  const { root, env, cwd } = readJson(join(folderOf(name), 'start.json'));
  const [program, ...others] = processOf({ root, config: {}, args, temporary: env.TMPDIR }).command;
  const child = spawn(program, others, { env, cwd, stdio: 'inherit' });
  process.exitCode = await new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (exit, signal) => resolve(exit ?? 128 + constants.signals[signal]));
  });
}

export function logs(words) {
  const { rest } = parse('logs', words, { '--tail': 'value' });
  state(rest[0]);
  process.stdout.write(readFileSync(join(folderOf(rest[0]), 'log'), 'utf8'));
}

async function end(name, signal, patience) {
  const alive = () => existsSync(folderOf(name)) && readJson(join(folderOf(name), 'state.json'))?.State.Running;
  const { Pid } = state(name).State;
  if (Pid) signalled(Pid, signal);
  for (const until = Date.now() + patience * 1000; alive() && Date.now() < until; ) await sleep(20);
  if (!alive()) return;
  signalled(Pid, 'SIGKILL');
  while (alive()) await sleep(20);
}

function signalled(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended by itself between the look and the signal.
    if (error.code !== 'ESRCH') throw error;
  }
}

export async function stop(words) {
  const { options, rest } = parse('stop', words, { '-t': '--time', '--time': 'value', '--timeout': '--time' });
  for (const name of rest) {
    await end(name, 'SIGTERM', Number(options['--time'] ?? 10));
    console.log(name);
  }
}

stop.now = async (words) => {
  const { options, rest } = parse('kill', words, { '-s': '--signal', '--signal': 'value' });
  const signal = `SIG${(options['--signal'] ?? 'KILL').replace(/^SIG/, '')}`;
  for (const name of rest) {
    const { Pid } = state(name).State;
    if (!Pid) throw new Refusal(`Error response from daemon: cannot kill container: ${name}: container is not running`);
    if (signal === 'SIGKILL') await end(name, signal, 60);
    else signalled(Pid, signal);
    console.log(name);
  }
};

export async function remove(words) {
  const { options, rest } = parse('rm', words, { '-f': '--force', '--force': 'flag', '-v': '--volumes', '--volumes': 'flag' });
  for (const name of rest) {
    if (!existsSync(folderOf(name)) && options['--force']) continue;
    if (state(name).State.Running && !options['--force'])
      throw new Refusal(`Error response from daemon: cannot remove container "/${name}": container is running`);
    if (state(name).State.Running) await end(name, 'SIGKILL', 60);
    rmSync(folderOf(name), { recursive: true, force: true });
    console.log(name);
  }
}

export async function wait(words) {
  const { rest } = parse('wait', words, {});
  state(rest[0]);
  let last = state(rest[0]);
  while (last.State.Status !== 'exited') {
    await sleep(20);
    // A container run with --rm is gone at its end; docker, too, can then only say that it ended.
    last = readJson(join(folderOf(rest[0]), 'state.json')) ?? { State: { Status: 'exited', ExitCode: 0 } };
  }
  console.log(last.State.ExitCode);
}

export function inspectContainer(words) {
  const { options, rest } = parse('inspect', words, { '-f': '--format', '--format': 'value', '--type': 'value' });
  const container = readJson(join(folderOf(rest[0] ?? ''), 'state.json'));
  if (!container || options['--type'] === 'image') return inspectImage(words.filter((word) => !word.startsWith('--type')));
  console.log(format(options['--format'], container));
}
