import { createHash } from 'node:crypto';

/** esbuild's account of a bundle, as far as it is read here: the files of each output, with the bytes of them that got in. */
export interface BundleAccount {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>>;
}

/** package-lock.json: where each package lies below the root, what it is and what it may be used for. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly license?: string; readonly integrity?: string }>>;
}

/** Places of the packages that a bundle holds code of: `node_modules/a`, or `node_modules/a/node_modules/b` for a copy of a's own. */
export function bundledPackages({ outputs }: BundleAccount): string[] {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0));
  // node_modules may be a link: then esbuild names the files by where they really are.
  const places = files.map(([file]) => /(?:^|\/)(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
  return [...new Set(places)].filter((place) => place !== undefined).sort();
}

/**
 * What the image holds, as CycloneDX 1.6: each package in the bundle with the version, the checksum and the license that the lockfile names,
 * and the base image by its name alone: what is in there is its maker's to say. The same commit gives the same document.
 * @param version of the service: the tag without its v
 * @param baseImage @default - left out
 * @throws Error naming every package that the lockfile does not know, or knows without version or license
 */
export function billOfMaterials(account: BundleAccount, { packages }: Lockfile, version: string, baseImage?: string): object {
  const places = bundledPackages(account);
  const unknown = places.filter((place) => !packages[place]?.version || !packages[place]?.license);
  if (unknown.length > 0) throw new Error(`package-lock.json names no version or no license of: ${unknown.join(', ')}`);
  const components = [
    ...places.map((place) => library(place, packages[place]!)),
    ...(baseImage ? [{ type: 'container', 'bom-ref': `base:${baseImage}`, name: baseImage }] : []),
  ];
  const service = { type: 'application', 'bom-ref': 'service', name: 'benchling-webhook', version };
  const dependencies = [{ ref: 'service', dependsOn: components.map((component) => component['bom-ref']) }];
  const content = { version: 1, metadata: { component: service }, components, dependencies };
  return { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}`, ...content };
}

function library(place: string, { version = '', license = '', integrity }: Lockfile['packages'][string]) {
  const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  // The same version in two places is two components: their references must differ.
  const ref = place.indexOf('node_modules/', 1) < 0 ? purl : `${purl}#${place}`;
  const [, base64] = /^sha512-(\S+)$/.exec(integrity ?? '') ?? [];
  const hashes = base64 && { hashes: [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }] };
  // One license has an id of its own; AND, OR and brackets make an expression.
  const licenses = /[ (]/.test(license) ? [{ expression: license }] : [{ license: { id: license } }];
  return { type: 'library', 'bom-ref': ref, name, version, purl, licenses, ...hashes };
}

/** A UUID that is the same for the same text (version 8: made as its maker likes). */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
