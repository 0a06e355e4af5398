import { randomUUID } from 'node:crypto';
import type { Authority, Identity, Validity } from '../../world/certificates.ts';
import type { Properties, Provisioner, Provisioners, World } from '../kernel.ts';

const type = 'AWS::CertificateManager::Certificate';

/** Certificates that load balancers present: really signed, by the one authority that this rehearsal's callers trust. */
export class CertificateManager {
  readonly provisioners: Provisioners;
  readonly #authority: Authority;
  readonly #held = new Map<string, { readonly names: readonly string[]; readonly identity: Identity }>();

  constructor({ region, account }: Pick<World, 'region' | 'account'>, authority: Authority) {
    this.#authority = authority;
    this.provisioners = { [type]: this.#provisioner(`arn:aws:acm:${region}:${account}:certificate`) };
  }

  /** What a listener presents; undefined when there is no such certificate. */
  identity(arn: string): Identity | undefined {
    return this.#held.get(arn)?.identity;
  }

  /**
   * Puts a certificate under an ARN, as people who import one do; one that is there is replaced, and its listeners present the other at once.
   * @param validity @default - a day before and after now
   */
  put(arn: string, names: readonly string[], validity?: Validity): void {
    this.#held.set(arn, { names, identity: this.#authority.issue(names, validity) });
  }

  /** ARN of the certificate that was made or brought for a name. Throws when there is none. */
  arnFor(name: string): string {
    const [arn] = [...this.#held].find(([, { names }]) => names.includes(name)) ?? [];
    if (!arn) throw new Error(`no certificate for ${name}`);
    return arn;
  }

  #provisioner(prefix: string): Provisioner {
    return {
      replaceOn: ['DomainName', 'SubjectAlternativeNames', 'ValidationMethod', 'DomainValidationOptions'],
      create: (properties) => {
        refuseUnvalidated(properties);
        const arn = `${prefix}/${randomUUID()}`;
        this.put(arn, [properties['DomainName'], ...(properties['SubjectAlternativeNames'] ?? [])]);
        return { physicalId: arn };
      },
      remove: (arn) => void this.#held.delete(arn),
    };
  }
}

/** On AWS such a certificate waits, and the stack with it, until a person proves the domain by hand. */
function refuseUnvalidated(properties: Properties): void {
  const options: Properties[] = properties['DomainValidationOptions'] ?? [];
  if (properties['ValidationMethod'] === 'DNS' && options.some(({ HostedZoneId }) => HostedZoneId)) return;
  throw new Error(`${type} ${properties['DomainName']}: the rehearsal knows validation by DNS in a hosted zone only`);
}
