import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './options.mjs';

/** Reads the context's `.dockerignore`. @returns whether a path relative to the context stays out of the build */
export function ignored(context) {
  const file = join(context, '.dockerignore');
  if (!existsSync(file)) return () => false;
  const lines = readFileSync(file, 'utf8').split('\n');
  const patterns = lines.map((line) => line.trim().replace(/^\/|\/$/g, '')).filter((line) => line && !line.startsWith('#'));
  const exception = patterns.find((pattern) => pattern.startsWith('!'));
  if (exception) throw new Refusal(`build: '${exception}' in .dockerignore needs a Docker daemon: exceptions are not supported`);
  const expressions = patterns.map(
    (pattern) =>
      new RegExp(
        `^${pattern
          .replace(/[.+^${}()|\\]/g, '\\$&')
          .replace(/\*\*\/?|\*|\?/g, (wild) => (wild === '?' ? '[^/]' : wild === '*' ? '[^/]*' : '(?:.*/)?'))}(?:/|$)`,
      ),
  );
  return (path) => expressions.some((expression) => expression.test(path));
}
