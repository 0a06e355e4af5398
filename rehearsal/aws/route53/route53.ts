import type { Properties, Provisioner, Provisioners } from '../kernel.ts';

const type = 'AWS::Route53::RecordSet';

/** Names and where they lead. Zones are not played: a name leads wherever the last who wrote it says, and no record has to spread first. */
export class Route53 {
  readonly provisioners: Provisioners = { [type]: this.#provisioner() };
  readonly #names = new Map<string, string>();

  /** `HOST:PORT` of the load balancer that a name leads to; undefined when it leads nowhere. */
  find(name: string): string | undefined {
    return this.#names.get(plain(name));
  }

  /** Writes a record as people do whose zone no stack writes to. @param target DNS name of a load balancer */
  point(name: string, target: string): void {
    this.#names.set(plain(name), plain(target));
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

/** Without the dot that a template writes at the end, and the prefix of a load balancer's second name. */
const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^dualstack\./, '');
