/** `docker build`: each stage is a folder, each instruction a change to it or to its configuration. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { command, instructions, leading, pairs, substitute } from './dockerfile.mjs';
import { ignored } from './ignore.mjs';
import { parse, Refusal } from './options.mjs';
import { home, keep, setTag, sha256 } from './store.mjs';
import { tar } from './tar.mjs';

const known = {
  '-t': '--tag',
  '--tag': 'list',
  '-f': '--file',
  '--file': 'value',
  '--build-arg': 'list',
  '--platform': 'value',
  '--target': 'value',
  '--label': 'list',
  '-q': '--quiet',
  '--quiet': 'flag',
  '--no-cache': 'flag',
  '--pull': 'flag',
  '--progress': 'value',
};

export function build(words) {
  const { options, rest } = parse('build', words, known);
  if (rest.length !== 1) throw new Refusal('build: expected one build context');
  const context = resolve(rest[0]);
  const file = resolve(options['--file'] ?? join(context, 'Dockerfile'));
  if (!existsSync(file)) throw new Refusal(`build: no Dockerfile at ${file}`);
  mkdirSync(home, { recursive: true });
  const work = mkdtempSync(join(home, 'build-'));
  try {
    const given = Object.fromEntries((options['--build-arg'] ?? []).map((each) => /^([^=]+)=?(.*)$/s.exec(each)?.slice(1) ?? []));
    const say = options['--quiet'] ? () => {} : console.log;
    const stage = stages(instructions(readFileSync(file, 'utf8')), { context, given, work, say, target: options['--target'] });
    Object.assign(stage.config.Labels, ...(options['--label'] ?? []).map((each) => pairs(each)));
    const id = finish(stage, options['--platform'] ?? 'linux/amd64');
    for (const name of options['--tag'] ?? []) setTag(name, id);
    console.log(options['--quiet'] ? id : `Successfully built ${id.slice(7, 19)}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function finish(stage, platform) {
  const [, os, architecture] = /^(linux)\/(amd64|arm64)$/.exec(platform) ?? [];
  if (!os) throw new Refusal(`build: --platform ${platform} is not supported: linux/amd64 or linux/arm64`);
  const layer = tar(stage.root);
  const { Labels, ExposedPorts, ...config } = stage.config;
  const some = (map) => (Object.keys(map).length ? map : undefined);
  const image = {
    architecture,
    os,
    created: '1970-01-01T00:00:00Z',
    config: { ...config, Labels: some(Labels), ExposedPorts: some(ExposedPorts) },
    rootfs: { type: 'layers', diff_ids: [sha256(layer)] },
  };
  return keep(image, gzipSync(layer), stage.root);
}

/** Walks the file. @returns the last stage, or the one that --target names */
function stages(list, build) {
  const all = [];
  const before = {};
  for (const { op, text, line } of list) {
    build.say(`Step: ${line}`);
    const stage = all.at(-1);
    if (op === 'FROM') {
      if (build.target && stage?.name === build.target) break;
      all.push(from(text, before, all, build));
    } else if (!stage) {
      if (op !== 'ARG') throw new Refusal(`build: ${op} before FROM`);
      Object.assign(before, declared(text, build.given, before));
    } else if (does[op]) {
      does[op](stage, op === 'CMD' || op === 'ENTRYPOINT' ? text : substitute(text, { ...stage.args, ...stage.env }), {
        ...build,
        all,
        before,
      });
    } else throw new Refusal(`build: ${op} needs a Docker daemon (in: ${line})`);
  }
  const chosen = build.target ? all.find((stage) => stage.name === build.target) : all.at(-1);
  if (!chosen) throw new Refusal(build.target ? `build: there is no stage ${build.target}` : 'build: no FROM');
  chosen.config.Env = Object.entries(chosen.env).map(([name, value]) => `${name}=${value}`);
  return chosen;
}

const declared = (text, given, known) => {
  const [, name, , otherwise] = /^(\w+)(=(.*))?$/.exec(text) ?? [];
  if (!name) throw new Refusal(`build: ARG ${text}`);
  return { [name]: given[name] ?? (otherwise === undefined ? (known[name] ?? '') : Object.values(pairs(`x=${otherwise}`))[0]) };
};

function from(text, before, all, { work, say }) {
  const { rest } = leading('FROM', substitute(text, before), ['platform']);
  const [, base, , name] = /^(\S+)(\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
  if (!base) throw new Refusal(`build: FROM ${text}`);
  const root = join(work, `stage-${all.length}`);
  const parent = all.find((stage) => stage.name === base.toLowerCase());
  const config = { Cmd: undefined, Entrypoint: undefined, WorkingDir: '/', User: '', Labels: {}, ExposedPorts: {} };
  if (parent) cpSync(parent.root, root, { recursive: true, verbatimSymlinks: true });
  else {
    mkdirSync(root);
    if (base !== 'scratch') say(` base image ${base} is not pulled: a process image runs on the Node of this machine`);
  }
  return {
    name: name?.toLowerCase(),
    root,
    env: { ...parent?.env },
    args: {},
    config: { ...config, ...structuredClone(parent?.config ?? {}) },
  };
}

const does = {
  ARG: (stage, text, { given, before }) => Object.assign(stage.args, declared(text, given, before)),
  ENV: (stage, text) => Object.assign(stage.env, pairs(text)),
  LABEL: (stage, text) => Object.assign(stage.config.Labels, pairs(text)),
  WORKDIR(stage, text) {
    stage.config.WorkingDir = resolve('/', stage.config.WorkingDir, text);
    mkdirSync(join(stage.root, stage.config.WorkingDir), { recursive: true });
  },
  COPY: copy,
  CMD(stage, text) {
    stage.config.Cmd = command(text);
  },
  // As in Docker an entry point drops the command that came from the base, here from the stage it builds on.
  ENTRYPOINT(stage, text) {
    stage.config.Entrypoint = command(text);
  },
  EXPOSE: (stage, text) =>
    Object.assign(stage.config.ExposedPorts, ...text.split(/\s+/).map((port) => ({ [/\//.test(port) ? port : `${port}/tcp`]: {} }))),
  USER(stage, text) {
    stage.config.User = text;
  },
  STOPSIGNAL(stage, text) {
    stage.config.StopSignal = text;
  },
  HEALTHCHECK(stage, text) {
    const { rest } = leading('HEALTHCHECK', `${text} `, ['interval', 'timeout', 'start-period', 'start-interval', 'retries']);
    const test = rest.trim().replace(/^CMD\s+/, '');
    stage.config.Healthcheck = {
      Test: test === 'NONE' ? ['NONE'] : test.startsWith('[') ? ['CMD', ...command(test)] : ['CMD-SHELL', test],
    };
  },
};

/** Owners (`--chown`) are accepted and left out: the files of a process image belong to whoever rehearses. */
function copy(stage, text, { context, all }) {
  const { options, rest } = leading('COPY', text, ['from', 'chown', 'chmod', 'link']);
  const operands = rest.startsWith('[') ? JSON.parse(rest) : rest.split(/\s+/);
  const to = operands.pop();
  const source =
    options.from === undefined
      ? { root: context }
      : all.slice(0, -1).find((each, index) => each.name === options.from.toLowerCase() || String(index) === options.from);
  if (!source) throw new Refusal(`build: COPY --from=${options.from} needs a Docker daemon: only stages of this file are known`);
  const skip = options.from === undefined ? ignored(context) : () => false;
  for (const operand of operands) {
    if (/[*?[]/.test(operand)) throw new Refusal(`build: COPY with a wildcard (${operand}) needs a Docker daemon`);
    const path = join(source.root, operand);
    if (relative(source.root, path).startsWith('..')) throw new Refusal(`build: COPY ${operand} is outside the build context`);
    if (!existsSync(path)) throw new Refusal(`build: COPY failed: ${operand}: no such file or directory`);
    const intoFolder = statSync(path).isFile() && (/(\/|^\.)$/.test(to) || operands.length > 1);
    const target = join(stage.root, resolve('/', stage.config.WorkingDir, to, intoFolder ? basename(path) : ''));
    cpSync(path, target, { recursive: true, verbatimSymlinks: true, filter: (each) => !skip(relative(source.root, each)) });
  }
}
