import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Benchling } from './benchling.ts';
import { createIdentity } from './certificates.ts';
import { OutwardProxy } from './outward-proxy.ts';
import type { ExampleSecret } from './quilt.ts';

/** An entry of a tenant that the smoke test's sample may name. */
export function exampleEntry(id: string) {
  return {
    id,
    displayId: 'EXP-EXAMPLE-1',
    name: 'Example entry',
    webURL: `https://example.benchling.com/example/f/${id}`,
    creator: { id: 'ent_example', handle: 'example', name: 'Example Person' },
    createdAt: '2026-01-01T00:00:00.000000+00:00',
    modifiedAt: '2026-01-02T00:00:00.000000+00:00',
    fields: {},
  };
}

/** The world outside AWS: Benchling, reached over real HTTPS through a proxy that reaches nothing else. */
export class OutsideWorld {
  readonly benchling = new Benchling();
  /** Hosts that were asked for and not reached, each once. */
  readonly refusedHosts = new Set<string>();
  readonly #home: string;
  readonly #proxy: OutwardProxy;
  readonly #authorityFile: string;
  #url: string | undefined;

  /** @param home the rehearsal's own directory: the authority's certificate is written below it */
  constructor(home: string) {
    const identity = createIdentity(['*.benchling.com']);
    this.#home = join(home, 'world');
    this.#authorityFile = join(this.#home, 'authority.pem');
    const { benchling } = this;
    const knows = (host: string) => benchling.knowsHost(host);
    this.#proxy = new OutwardProxy(
      identity,
      knows,
      (request, response) => void benchling.handle(request, response),
      (host) => this.refusedHosts.add(host),
    );
    mkdirSync(this.#home, { recursive: true });
    writeFileSync(this.#authorityFile, identity.authority);
  }

  async start(): Promise<void> {
    this.#url = await this.#proxy.start();
  }

  async stop(): Promise<void> {
    await this.#proxy.stop();
  }

  /** Makes a stage's secret one that Benchling accepts. */
  admit(secret: ExampleSecret, entryId: string): void {
    this.benchling.add({
      name: secret.tenant,
      clientId: secret.client_id,
      clientSecret: secret.client_secret,
      appDefinitionId: secret.app_definition_id,
      entries: [exampleEntry(entryId)],
    });
  }

  /** Variables of the platform by which tasks, functions and builds get out. Throws before it has started. */
  environment(): Record<'HTTPS_PROXY' | 'NO_PROXY' | 'NODE_EXTRA_CA_CERTS', string> {
    if (!this.#url) throw new Error('the outside world has not started');
    return { HTTPS_PROXY: this.#url, NO_PROXY: '127.0.0.1,localhost', NODE_EXTRA_CA_CERTS: this.#authorityFile };
  }
}
