import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cloud } from '../aws/cloud.ts';
import { Benchling } from './benchling.ts';
import { createIdentity } from './certificates.ts';
import { exampleEntry } from './example-entry.ts';
import { credentialsIn, exampleSecret } from './example-secret.ts';
import { OutwardProxy } from './outward-proxy.ts';
import { databaseOf, type PlayedStage, quiltTemplate, requireHere } from './quilt.ts';

/** The parts of the cloud that other people's things are put into. */
export type PlayedCloud = Pick<Cloud, 'secretsmanager' | 'cloudformation' | 'athena'> & {
  readonly world: Pick<Cloud['world'], 'account' | 'region'>;
};

/** The world around the service: Benchling, reached over real HTTPS through a proxy that reaches nothing else, and a Quilt stack for each stage. */
export class OutsideWorld {
  readonly benchling: Benchling;
  readonly #proxy: OutwardProxy;
  readonly #url: string;
  readonly #authorityFile: string;
  readonly #planted: string[] = [];

  private constructor(benchling: Benchling, proxy: OutwardProxy, url: string, authorityFile: string) {
    this.benchling = benchling;
    this.#proxy = proxy;
    this.#url = url;
    this.#authorityFile = authorityFile;
  }

  /** @param home the rehearsal's own directory: the certificate of an authority made for this world is written below it */
  static async start(home: string): Promise<OutsideWorld> {
    const benchling = new Benchling();
    const { authority, ...identity } = createIdentity(['*.benchling.com']);
    const authorityFile = join(home, 'world', 'authority.pem');
    await mkdir(join(home, 'world'), { recursive: true });
    await writeFile(authorityFile, authority);
    // Whatever the umask: the user inside a container is another than the one who rehearses.
    await chmod(authorityFile, 0o644);
    const proxy = new OutwardProxy(identity, (host) => benchling.knowsHost(host), benchling.handle);
    return new OutsideWorld(benchling, proxy, await proxy.start(), authorityFile);
  }

  /** Hosts that were asked for and not reached, each once. */
  get refusedHosts(): ReadonlySet<string> {
    return this.#proxy.refusedHosts;
  }

  /** Variables of the platform by which tasks, functions and builds get out. The file must be visible inside a container. */
  environment(): Readonly<Record<'HTTPS_PROXY' | 'NO_PROXY' | 'NODE_EXTRA_CA_CERTS', string>> {
    return { HTTPS_PROXY: this.#url, NO_PROXY: '127.0.0.1,localhost', NODE_EXTRA_CA_CERTS: this.#authorityFile };
  }

  /**
   * Gives a stage what people and other teams would have made before its first release: the filled secret, its Benchling tenant, and the
   * Quilt stack with bucket and queue under the names and the ARN of the stage. Again: a secret with other credentials, the rest unchanged.
   */
  async playStage(cloud: PlayedCloud, stage: PlayedStage): Promise<void> {
    const { name, quiltStackArn, packagerQueueArn, dataBucketName, secretName, sampleEntryId = 'etr_sample' } = stage;
    for (const arn of [quiltStackArn, packagerQueueArn]) requireHere(arn, cloud.world);
    const stackName = quiltStackArn.split('/')[1] ?? '';
    await cloud.cloudformation.deploy({ stackName, stackId: quiltStackArn, template: quiltTemplate(stage) });
    const secret = exampleSecret(name, dataBucketName);
    const linked = { pkg_name: 'example/linked', user_meta: { [secret.pkg_key]: exampleEntry(secret.tenant, sampleEntryId).displayId } };
    cloud.athena.packagesView(databaseOf(name), dataBucketName, [linked]);
    this.#planted.push(...credentialsIn(secret));
    this.benchling.add({
      name: secret.tenant,
      clientId: secret.client_id,
      clientSecret: secret.client_secret,
      appDefinitionId: secret.app_definition_id,
      entries: [exampleEntry(secret.tenant, sampleEntryId)],
      canvases: [{ id: 'cnvs_sample', resourceId: sampleEntryId }],
    });
    cloud.secretsmanager.put(secretName, JSON.stringify(secret));
  }

  /** Every text that no output of this rehearsal may hold: the secrets' secret-class values, and the tokens that were given for them. */
  secretValues(): string[] {
    return [...this.#planted, ...this.benchling.tokens()];
  }

  async stop(): Promise<void> {
    await this.#proxy.stop();
  }
}
