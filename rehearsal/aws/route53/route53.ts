import * as sdk from '@aws-sdk/client-route-53';
import type { Properties, Provisioner, Provisioners, Service } from '../kernel.ts';
import { protocolOnly, saying } from '../sdk-words.ts';

const type = 'AWS::Route53::RecordSet';

/** Names and where they lead. Of a zone only its id and its name are played: a name leads wherever the last who wrote it says, and no record has to spread first. */
export class Route53 {
  readonly provisioners: Provisioners = { [type]: this.#provisioner() };
  readonly service: Service = {
    signingName: 'route53',
    sdk,
    client: new sdk.Route53Client(protocolOnly),
    handlers: { GetHostedZone: ({ Id }: sdk.GetHostedZoneRequest) => this.#zone(Id!) },
    permissions: {
      GetHostedZone: ({ Id }: sdk.GetHostedZoneRequest) => [
        { action: 'route53:GetHostedZone', resource: `arn:aws:route53:::hostedzone/${bare(Id!)}` },
      ],
    },
  };
  readonly #names = new Map<string, string>();
  readonly #zones = new Map<string, string>();

  /** `HOST:PORT` of the load balancer that a name leads to; undefined when it leads nowhere. */
  find(name: string): string | undefined {
    return this.#names.get(plain(name));
  }

  /** Writes a record as people do whose zone no stack writes to. @param target DNS name of a load balancer */
  point(name: string, target: string): void {
    this.#names.set(plain(name), plain(target));
  }

  /** A public zone that people have. @param name without a dot at its end */
  hold(id: string, name: string): void {
    this.#zones.set(id, name);
  }

  #zone(given: string): sdk.GetHostedZoneResponse {
    const id = bare(given);
    const name = this.#zones.get(id);
    if (name === undefined) throw new sdk.NoSuchHostedZone(saying(`No hosted zone found with ID: ${id}`));
    return { HostedZone: { Id: `/hostedzone/${id}`, Name: `${name}.`, CallerReference: id, Config: { PrivateZone: false } } };
  }

  #provisioner(): Provisioner {
    const put = (properties: Properties) => {
      const { Name: name, Type: kind, AliasTarget: alias } = properties;
      if (kind !== 'A' || !alias) throw new Error(`${type} ${name}: the rehearsal knows alias records of type A only`);
      this.point(name, alias['DNSName']);
      return { physicalId: String(name) };
    };
    return {
      replaceOn: ['Name', 'HostedZoneId', 'HostedZoneName'],
      create: (properties) => put(properties),
      update: (_name, properties) => put(properties),
      remove: (name) => void this.#names.delete(plain(name)),
    };
  }
}

/** Clients may write the id with what answers put before it. */
const bare = (id: string) => id.replace(/^\/?hostedzone\//, '');

/** Without the dot that a template writes at the end, and the prefix of a load balancer's second name. */
const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^dualstack\./, '');
