import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bits, integer, octets, oid, sequence, set, tagged, time, utf8, wrapped, yes } from './der.ts';

/** A certificate and its key, both as PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

const dayMilliseconds = 86_400_000;
const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const commonName = (name: string) => sequence(set(sequence(oid('2.5.4.3'), utf8(name))));

const extension = (id: string, critical: boolean, value: Uint8Array) => sequence(oid(id), ...(critical ? [yes] : []), octets(value));
const basicConstraints = (authority: boolean) => extension('2.5.29.19', true, authority ? sequence(yes) : sequence());
// keyCertSign and cRLSign for an authority, digitalSignature for a server.
const keyUsage = (authority: boolean) => extension('2.5.29.15', true, authority ? bits(Buffer.of(0x06), 1) : bits(Buffer.of(0x80), 7));
const serverAuthentication = extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1')));
const alternativeNames = (names: readonly string[]) =>
  extension('2.5.29.17', false, sequence(...names.map((name) => tagged(2, Buffer.from(name, 'ascii')))));

/** When a certificate counts. */
export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

/** Who signs certificates in one rehearsal. Its key is in no file: whoever does not hold this object can have nothing signed by it. */
export interface Authority {
  /** PEM; what callers trust. */
  readonly certificate: string;
  /**
   * A server certificate with a key of its own, P-256.
   * @param names host names, wildcards allowed
   * @param validity @default - a day before and after now
   */
  issue(names: readonly string[], validity?: Validity): Identity;
}

/** Makes an authority. Node can read X.509 but not write it, and a rehearsal must not need an openssl on the machine. */
export function createAuthority(): Authority {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = commonName('Example authority of one rehearsal');
  const own = [basicConstraints(true), keyUsage(true)];
  return {
    certificate: signed({ issuer, subject: issuer, key: root.publicKey, signer: root.privateKey, extensions: own, validity: aroundNow() }),
    issue(names, validity = aroundNow()) {
      const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const extensions = [basicConstraints(false), keyUsage(false), serverAuthentication, alternativeNames(names)];
      const subject = commonName(names[0] ?? '');
      const certificate = signed({ issuer, subject, key: server.publicKey, signer: root.privateKey, extensions, validity });
      return { certificate, key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    },
  };
}

/** An authority of its own and one server certificate signed by it. */
export function createIdentity(names: readonly string[]): Identity & { readonly authority: string } {
  const authority = createAuthority();
  return { authority: authority.certificate, ...authority.issue(names) };
}

const aroundNow = (): Validity => ({ from: new Date(Date.now() - dayMilliseconds), to: new Date(Date.now() + dayMilliseconds) });

interface Unsigned {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly validity: Validity;
}

function signed({ issuer, subject, key, signer, extensions, validity }: Unsigned): string {
  const body = sequence(
    wrapped(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(0x01), randomBytes(15)])),
    ecdsaWithSha256,
    issuer,
    sequence(time(validity.from), time(validity.to)),
    subject,
    key.export({ type: 'spki', format: 'der' }),
    wrapped(3, sequence(...extensions)),
  );
  const certificate = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, signer)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
