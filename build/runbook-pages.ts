import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Puts the runbooks into the bundle of whoever reads them (steps/clients/runbook-files.ts), and into no other. */
export const runbookPages: Plugin = {
  name: 'runbook-pages',
  setup(build) {
    build.onLoad({ filter: /[\\/]steps[\\/]clients[\\/]runbook-files\.ts$/ }, async ({ path }) => {
      const folder = join(path, '..', '..', '..', 'runbooks');
      // Pages of alarms lie in a folder of their own: no report quotes them.
      const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort();
      const pages = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])));
      const contents = `const pages = ${JSON.stringify(pages)};\nexport const readRunbook = async (name) => pages[name] ?? null;\n`;
      return { contents, loader: 'js' };
    });
  },
};
