import { randomUUID, X509Certificate } from 'node:crypto';
import * as sdk from '@aws-sdk/client-acm';
import type { Authority, Identity, Validity } from '../../world/certificates.ts';
import type { Properties, Provisioner, Provisioners, Service, World } from '../kernel.ts';
import { protocolOnly, saying } from '../sdk-words.ts';

const type = 'AWS::CertificateManager::Certificate';

interface Held {
  readonly names: readonly string[];
  readonly identity: Identity;
  /** By a stack; else by people. */
  readonly made: boolean;
}

/** Certificates that load balancers present: really signed, by the one authority that this rehearsal's callers trust. */
export class CertificateManager {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly #authority: Authority;
  readonly #held = new Map<string, Held>();

  constructor({ region, account }: Pick<World, 'region' | 'account'>, authority: Authority) {
    this.#authority = authority;
    this.service = {
      signingName: 'acm',
      sdk,
      client: new sdk.ACMClient(protocolOnly),
      handlers: {
        DescribeCertificate: (input: sdk.DescribeCertificateRequest) => ({ Certificate: this.#describe(input.CertificateArn!) }),
      },
      permissions: {
        DescribeCertificate: (input: sdk.DescribeCertificateRequest) => [
          { action: 'acm:DescribeCertificate', resource: input.CertificateArn! },
        ],
      },
    };
    this.provisioners = { [type]: this.#provisioner(`arn:aws:acm:${region}:${account}:certificate`) };
  }

  /** What a listener presents; undefined when there is no such certificate. */
  identity(arn: string): Identity | undefined {
    return this.#held.get(arn)?.identity;
  }

  /**
   * Puts a certificate under an ARN, as people who import one do; one that is there is replaced, and its listeners present the other at once.
   * @param validity @default - as long as AWS's own certificates count
   */
  put(arn: string, names: readonly string[], validity = issuedNow()): void {
    this.#hold(arn, names, validity, this.#held.get(arn)?.made ?? false);
  }

  #hold(arn: string, names: readonly string[], validity: Validity, made: boolean): void {
    this.#held.set(arn, { names, identity: this.#authority.issue(names, validity), made });
  }

  /** ARN of the certificate that was made or brought for a name. Throws when there is none. */
  arnFor(name: string): string {
    const [arn] = [...this.#held].find(([, { names }]) => names.includes(name)) ?? [];
    if (!arn) throw new Error(`no certificate for ${name}`);
    return arn;
  }

  /** What it says of itself is what is presented. Certificates that a stack makes are issued at once, and renewed by nobody. */
  #describe(arn: string): sdk.CertificateDetail {
    const held = this.#held.get(arn);
    if (!held) throw new sdk.ResourceNotFoundException(saying(`Could not find certificate ${arn}.`));
    const { validFrom, validTo } = new X509Certificate(held.identity.certificate);
    return {
      CertificateArn: arn,
      DomainName: held.names[0],
      SubjectAlternativeNames: [...held.names],
      Status: 'ISSUED',
      Type: held.made ? 'AMAZON_ISSUED' : 'IMPORTED',
      NotBefore: new Date(validFrom),
      NotAfter: new Date(validTo),
    };
  }

  #provisioner(prefix: string): Provisioner {
    return {
      replaceOn: ['DomainName', 'SubjectAlternativeNames', 'ValidationMethod', 'DomainValidationOptions'],
      create: (properties) => {
        refuseUnvalidated(properties);
        const arn = `${prefix}/${randomUUID()}`;
        this.#hold(arn, [properties['DomainName'], ...(properties['SubjectAlternativeNames'] ?? [])], issuedNow(), true);
        return { physicalId: arn };
      },
      remove: (arn) => void this.#held.delete(arn),
    };
  }
}

const dayMilliseconds = 86_400_000;
/** Days that a public certificate of AWS counts, since those of all authorities were shortened. */
const validDays = 198;
const issuedNow = (): Validity => ({
  from: new Date(Date.now() - dayMilliseconds),
  to: new Date(Date.now() + validDays * dayMilliseconds),
});

/** On AWS such a certificate waits, and the stack with it, until a person proves the domain by hand. */
function refuseUnvalidated(properties: Properties): void {
  const options: Properties[] = properties['DomainValidationOptions'] ?? [];
  if (properties['ValidationMethod'] === 'DNS' && options.some(({ HostedZoneId }) => HostedZoneId)) return;
  throw new Error(`${type} ${properties['DomainName']}: the rehearsal knows validation by DNS in a hosted zone only`);
}
