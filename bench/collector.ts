/**
 * The process that is measured. Usage: node --import tsx bench/collector.ts collect|read, with what `startWorld` tells as JSON on the standard
 * input. Prints one line of JSON: seconds, peak of its resident memory in MB, objects, missing.
 */
import { text } from 'node:stream/consumers';
import type { BenchWorld } from './world.ts';

const world = JSON.parse(await text(process.stdin)) as Omit<BenchWorld, 'stop'>;
Object.assign(process.env, world.environment, { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' });
// Clients read the environment as they are made.
const { collect, read } = await import('./work.ts');
const started = performance.now();
const done = await (process.argv[2] === 'read' ? read(world) : collect(world));
const seconds = (performance.now() - started) / 1_000;
// Kilobytes on every platform that Node runs on.
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds, peakMegabytes, ...done }));
process.exit();
