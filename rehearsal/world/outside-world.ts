import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cloud } from '../aws/cloud.ts';
import { Benchling } from './benchling.ts';
import { Callers } from './callers.ts';
import { type Authority, createAuthority } from './certificates.ts';
import { exampleEntry } from './example-entry.ts';
import { credentialsIn, exampleSecret } from './example-secret.ts';
import { GitHub } from './github.ts';
import { type FindHost, type HostHandler, OutwardProxy } from './outward-proxy.ts';
import { databaseOf, type PlayedStage, quiltTemplate, requireHere } from './quilt.ts';

/** The parts of the cloud that other people's things are put into. */
export type PlayedCloud = Pick<Cloud, 'secretsmanager' | 'cloudformation' | 'athena'> & {
  readonly world: Pick<Cloud['world'], 'account' | 'region'>;
};

/**
 * The world around the service: Benchling and GitHub, reached over real HTTPS through a proxy that reaches nothing else but the stages' own
 * addresses, callers of those addresses, and a Quilt stack for each stage.
 */
export class OutsideWorld {
  readonly benchling: Benchling;
  /** Empty until something is put there. */
  readonly github: GitHub;
  /** Signs every certificate of this world, and of the cloud in it. */
  readonly authority: Authority;
  /** Connections from outside, as whoever calls a stage has them. */
  readonly callers: Callers;
  readonly #proxy: OutwardProxy;
  readonly #url: string;
  readonly #authorityFile: string;
  readonly #planted: string[] = [];

  private constructor(
    parts: Pick<OutsideWorld, 'benchling' | 'github' | 'authority' | 'callers'>,
    proxy: OutwardProxy,
    url: string,
    file: string,
  ) {
    this.benchling = parts.benchling;
    this.github = parts.github;
    this.authority = parts.authority;
    this.callers = parts.callers;
    this.#proxy = proxy;
    this.#url = url;
    this.#authorityFile = file;
  }

  /**
   * @param home the rehearsal's own directory: the certificate of an authority made for this world is written below it
   * @param find where names of the cloud lead; @default - there are none
   */
  static async start(home: string, find: FindHost = () => undefined): Promise<OutsideWorld> {
    const benchling = new Benchling();
    const github = new GitHub(join(home, 'world', 'github'));
    const authority = createAuthority();
    const authorityFile = join(home, 'world', 'authority.pem');
    await mkdir(join(home, 'world'), { recursive: true });
    await writeFile(authorityFile, authority.certificate);
    // Whatever the umask: the user inside a container is another than the one who rehearses.
    await chmod(authorityFile, 0o644);
    const identity = authority.issue(['*.benchling.com', 'api.github.com']);
    const knows = (host: string) => benchling.knowsHost(host) || github.knowsHost(host);
    const handle: HostHandler = (request, response) =>
      void (github.knowsHost((request.headers.host ?? '').replace(/:443$/, '')) ? github : benchling).handle(request, response);
    const proxy = new OutwardProxy(identity, knows, handle, find);
    const callers = new Callers(authority.certificate, find);
    return new OutsideWorld({ benchling, github, authority, callers }, proxy, await proxy.start(), authorityFile);
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
