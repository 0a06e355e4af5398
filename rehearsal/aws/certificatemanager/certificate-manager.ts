import { randomUUID } from 'node:crypto';
import type { Authority, Identity, Validity } from '../../world/certificates.ts';
import type { Properties, Provisioner, Provisioners, World } from '../kernel.ts';

const type = 'AWS::CertificateManager::Certificate';

/** Certificates that load balancers present: really signed, by the one authority that this rehearsal's callers trust. */
export class CertificateManager {
  readonly provisioners: Provisioners;
  readonly #authority: Authority;
  readonly #identities = new Map<string, Identity>();

  constructor({ region, account }: Pick<World, 'region' | 'account'>, authority: Authority) {
    this.#authority = authority;
    this.provisioners = { [type]: this.#provisioner(`arn:aws:acm:${region}:${account}:certificate`) };
  }

  /** What a listener presents; undefined when there is no such certificate. */
  identity(arn: string): Identity | undefined {
    return this.#identities.get(arn);
  }

  /**
   * Puts a certificate under an ARN, as people who import one do; one that is there is replaced, and its listeners present the other at once.
   * @param validity @default - a day before and after now
   */
  put(arn: string, names: readonly string[], validity?: Validity): void {
    this.#identities.set(arn, this.#authority.issue(names, validity));
  }

  /** Every ARN, for a fault that breaks what a stage presents. */
  arns(): string[] {
    return [...this.#identities.keys()];
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
      remove: (arn) => void this.#identities.delete(arn),
    };
  }
}

/** On AWS such a certificate waits, and the stack with it, until a person proves the domain by hand. */
function refuseUnvalidated(properties: Properties): void {
  const options: Properties[] = properties['DomainValidationOptions'] ?? [];
  if (properties['ValidationMethod'] === 'DNS' && options.some(({ HostedZoneId }) => HostedZoneId)) return;
  throw new Error(`${type} ${properties['DomainName']}: the rehearsal knows validation by DNS in a hosted zone only`);
}
