import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleContainer } from '../../../build/bundle.ts';
import { exampleStackArn } from '../builders.ts';
import type { FakeAws } from './fake-aws.ts';
import type { FakeBenchling } from './fake-benchling.ts';

/** A folder with the bundled service, as the image has it. */
export async function bundleService(): Promise<{ folder: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-service-'));
  await bundleContainer(join(folder, 'server.mjs'));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** A process with exactly this environment: nothing of the test's own leaks in. */
export class ServiceProcess {
  readonly lines: Record<string, unknown>[] = [];
  readonly exited: Promise<number | null>;
  text = '';
  private readonly child: ChildProcess;
  private readonly waiting: (() => void)[] = [];

  constructor(folder: string, environment: Record<string, string>) {
    this.child = spawn(process.execPath, ['--no-warnings', 'server.mjs'], {
      cwd: folder,
      env: { PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => this.take(String(chunk)));
    this.exited = new Promise((resolve) => this.child.once('close', resolve));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Resolves with the first line of that event; the test's own timeout is the deadline. */
  async line(event: string): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.lines.find((line) => line['event'] === event);
      if (found) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  async url(): Promise<string> {
    return `http://127.0.0.1:${(await this.line('listening'))['port']}`;
  }

  kill(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }

  private take(chunk: string): void {
    const complete = (this.text + chunk).lastIndexOf('\n') + 1;
    this.text += chunk;
    this.lines.splice(
      0,
      this.lines.length,
      ...this.text
        .slice(0, complete)
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    );
    for (const wake of this.waiting.splice(0)) wake();
  }
}

export function environmentOf(aws: FakeAws, benchling: FakeBenchling, folder: string): Record<string, string> {
  const authority = join(folder, 'benchling.pem');
  writeFileSync(authority, benchling.cert);
  return {
    QuiltStackARN: exampleStackArn,
    BenchlingSecret: 'example/secret',
    APP_VERSION: '1.4.0',
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: 'example',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_EC2_METADATA_DISABLED: 'true',
    HTTPS_PROXY: benchling.proxy,
    NODE_EXTRA_CA_CERTS: authority,
  };
}
