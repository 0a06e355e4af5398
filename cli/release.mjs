#!/usr/bin/env node
// Checks that the locked packages are installed, then runs the TypeScript sources as they are.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
if (!existsSync(`${root}node_modules/.installed-lockfile`)) {
  console.error('The packages are not installed. Next: run `npm start` or `npm test` once, or `npm ci`, in the project folder.');
  process.exit(2);
}
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
