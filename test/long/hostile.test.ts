import { readFileSync } from 'node:fs';
import { exampleSecret } from '../container/builders.ts';
import { startAws } from '../container/server/fake-aws.ts';
import { startBenchling } from '../container/server/fake-benchling.ts';
import { attack } from '../container/server/hostile.ts';
import { bundleService, environmentOf, ServiceProcess } from '../container/server/service-process.ts';

/** A hundred thousand, in ten parts. HOSTILE_REQUESTS changes it. */
const part = Number(process.env['HOSTILE_REQUESTS'] ?? 100_000) / 10;

it('neither fails nor grows under a hundred thousand hostile requests', async () => {
  const [aws, benchling, bundle] = await Promise.all([startAws(), startBenchling(), bundleService()]);
  aws.secret.text = JSON.stringify(exampleSecret({ log_level: 'ERROR' }));
  const service = new ServiceProcess(bundle.folder, environmentOf(aws, benchling, bundle.folder));
  const base = await service.url();
  await service.line('config.resolved');
  const megabytes: number[] = [];
  for (let round = 0; round < 10; round++) {
    const { answers, failures } = await attack(Number(new URL(base).port), benchling.signer.privateKey, part, round * 1_000_000);
    expect(failures).toEqual([]);
    megabytes.push(Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1]) / 1024);
    console.log(`${(round + 1) * part}: ${JSON.stringify(answers)}, ${megabytes.at(-1)?.toFixed(0)} MB`);
    aws.calls.length = 0;
    benchling.calls.length = 0;
  }
  expect((await fetch(`${base}/health/live`)).status).toBe(200);
  expect(service.lines.filter(({ event }) => event === 'crash' || event === 'request.failed')).toEqual([]);
  // The replays of ten thousand events are kept by design and are full by then: after the third part nothing may add up.
  expect(Math.min(...megabytes.slice(7))).toBeLessThan(megabytes[2]! * 1.2 + 10);
  await service.kill('SIGKILL');
  await Promise.all([aws.close(), benchling.close()]);
  bundle.remove();
});
