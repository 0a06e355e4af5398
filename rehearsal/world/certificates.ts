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

/**
 * Makes an authority of its own and one server certificate signed by it, both P-256, good for two days. Node can read X.509 but not write it,
 * and a rehearsal must not need an openssl on the machine. The authority's key is not kept: nothing else can ever be signed by it.
 * @param names host names, wildcards allowed
 */
export function createIdentity(names: readonly string[]): Identity & { readonly authority: string } {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = commonName('Example authority of one rehearsal');
  const authority = issue(issuer, issuer, root.publicKey, root.privateKey, [basicConstraints(true), keyUsage(true)]);
  const extensions = [basicConstraints(false), keyUsage(false), serverAuthentication, alternativeNames(names)];
  const certificate = issue(issuer, commonName(names[0] ?? ''), server.publicKey, root.privateKey, extensions);
  return { authority, certificate, key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function issue(issuer: Buffer, subject: Buffer, subjectKey: KeyObject, signer: KeyObject, extensions: readonly Buffer[]): string {
  const now = Date.now();
  const body = sequence(
    wrapped(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(0x01), randomBytes(15)])),
    ecdsaWithSha256,
    issuer,
    sequence(time(new Date(now - dayMilliseconds)), time(new Date(now + dayMilliseconds))),
    subject,
    subjectKey.export({ type: 'spki', format: 'der' }),
    wrapped(3, sequence(...extensions)),
  );
  const certificate = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, signer)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
