import type { Clock } from '../clock.ts';
import { Athena } from './athena/athena.ts';
import { CloudFormation } from './cloudformation/cloudformation.ts';
import { Iam } from './iam/iam.ts';
import type { World } from './kernel.ts';
import { S3 } from './s3/s3.ts';
import { SecretsManager } from './secretsmanager/secretsmanager.ts';
import { Sqs } from './sqs/sqs.ts';
import { createWire, type Wire } from './wire/server.ts';

/**
 * As much of AWS as one container of the webhook service calls, for the build of an image: all of `Cloud` takes a second longer to load, in
 * each build of each tag.
 */
export class ServiceCloud {
  readonly world: World;
  readonly iam: Iam;
  readonly secretsmanager: SecretsManager;
  readonly athena: Athena;
  readonly cloudformation: CloudFormation;
  readonly #wire: Wire;
  #endpoint: string | undefined;

  /** @param home an existing directory of this cloud's own */
  constructor({ home, account, region, clock }: Pick<World, 'home' | 'account' | 'region'> & { readonly clock: Clock }) {
    const endpoint = () => {
      if (!this.#endpoint) throw new Error('the stand-in does not listen yet');
      return this.#endpoint;
    };
    const world: World = { account, region, partition: 'aws', clock, hooks: {}, home, endpoint, log: () => {} };
    this.world = world;
    this.iam = new Iam(world);
    this.secretsmanager = new SecretsManager(world);
    const s3 = new S3(world, { iam: this.iam });
    const sqs = new Sqs(world, { iam: this.iam });
    this.athena = new Athena(world, { s3 });
    this.cloudformation = new CloudFormation(world, {
      iam: this.iam,
      provisioners: { ...s3.provisioners, ...sqs.provisioners },
      templates: (url) => Promise.reject(new Error(`${url}: no template is kept here`)),
      emit: () => {},
    });
    const services = [this.iam, s3, sqs, this.secretsmanager, this.athena, this.cloudformation];
    this.#wire = createWire(
      world,
      this.iam,
      services.map(({ service }) => service),
    );
  }

  /** @returns `http://127.0.0.1:PORT` */
  async start(): Promise<string> {
    this.#endpoint = await this.#wire.listen();
    return this.#endpoint;
  }

  stop(): Promise<void> {
    return this.#wire.close();
  }
}
