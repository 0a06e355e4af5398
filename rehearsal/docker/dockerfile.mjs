/** Reads a Dockerfile: comments, continued lines, variables. What each instruction does is in build.mjs. */
import { Refusal } from './options.mjs';

/** @returns [{op, text, line}] */
export function instructions(source) {
  const syntax = /^#\s*(syntax|escape)\s*=.*/m.exec(source);
  if (syntax) throw new Refusal(`build: '${syntax[0]}' needs a Docker daemon`);
  const joined = source.replace(/^\s*#.*\n/gm, '').replace(/\\\s*\n/g, ' ');
  return joined
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [, op, text = ''] = /^(\w+)\s*(.*)$/.exec(line) ?? [undefined, line];
      return { op: op.toUpperCase(), text, line };
    });
}

/** `$name`, `${name}`, `${name:-otherwise}`, `${name:+instead}`. */
export function substitute(text, variables) {
  return text.replace(/\$(?:\{(\w+)(?::([-+])([^}]*))?\}|(\w+))/g, (_, braced, sign, word, bare) => {
    const value = variables[braced ?? bare];
    if (sign === '+') return value ? word : '';
    return value || (word ?? '');
  });
}

/** An exec form as it stands; a shell form as Docker runs it. */
export function command(text) {
  if (!text.startsWith('[')) return ['/bin/sh', '-c', text];
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Docker quietly takes a malformed exec form as shell form: it fails only when the container starts.
    throw new Refusal(`build: ${text} is neither a JSON array nor a shell command (${cause.message})`);
  }
}

/** `a=1 b="two words"`, and the old `a two words`. */
export function pairs(text) {
  if (!/^\S+=/.test(text)) {
    const [, name, value] = /^(\S+)\s+(.*)$/.exec(text) ?? [undefined, text, ''];
    return { [name]: value };
  }
  const found = [...text.matchAll(/([^\s=]+)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g)];
  return Object.fromEntries(found.map(([, name, value]) => [name.replace(/^["']|["']$/g, ''), unquote(value)]));
}

const unquote = (value) => (/^(".*"|'.*')$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value);

/** Options before the operands of COPY and HEALTHCHECK: `--from=build --chown=1000:1000 a b`. */
export function leading(op, text, known) {
  const options = {};
  let rest = text;
  for (let found = /^--([\w-]+)(?:=(\S+))?\s+/.exec(rest); found; found = /^--([\w-]+)(?:=(\S+))?\s+/.exec(rest)) {
    if (!known.includes(found[1])) throw new Refusal(`build: ${op} --${found[1]} needs a Docker daemon`);
    options[found[1]] = found[2] ?? true;
    rest = rest.slice(found[0].length);
  }
  return { options, rest };
}
