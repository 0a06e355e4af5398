/** What docker does with finished images: tag, push, pull, inspect. Push and pull speak to a real registry. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, parse, Refusal } from './options.mjs';
import { dropTag, home, image, keep, readJson, setDigest, setTag, sha256, withTag, writeJson } from './store.mjs';

const credentialsFile = join(home, 'credentials.json');
const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

export function tag(words) {
  const { rest } = parse('tag', words, {});
  if (rest.length !== 2) throw new Refusal('tag: expected SOURCE TARGET');
  setTag(rest[1], image(rest[0]).id);
}

export function removeImage(words) {
  const { rest } = parse('rmi', words, { '-f': '--force', '--force': 'flag' });
  for (const name of rest) dropTag(name);
}

export async function login(words) {
  const known = { '-u': '--username', '--username': 'value', '--password-stdin': 'flag' };
  const { options, rest } = parse('login', words, known);
  if (!options['--password-stdin'] || !options['--username']) throw new Refusal('login: expected --username and --password-stdin');
  const registry = (rest[0] ?? '').replace(/^https?:\/\//, '').replace(/\/$/, '');
  if (!registry) throw new Refusal('login: expected a registry');
  const credentials = Buffer.from(`${options['--username']}:${readFileSync(0, 'utf8').trim()}`).toString('base64');
  const answer = await fetch(`http://${registry}/v2/`, { headers: { authorization: `Basic ${credentials}` } });
  if (!answer.ok)
    throw new Refusal(
      `Error response from daemon: login attempt to http://${registry}/v2/ failed with status: ${answer.status} ${answer.statusText}`,
    );
  mkdirSync(home, { recursive: true });
  writeJson(credentialsFile, { ...readJson(credentialsFile, {}), [registry]: credentials });
  console.log('Login Succeeded');
}

/** `127.0.0.1:5000/name:tag` or `…@sha256:…` in its parts. */
function reference(name) {
  const [, registry, repository, , digest, tagged] = /^([^/]+:\d+)\/([^:@]+)(@(sha256:\w+)|:(.+))?$/.exec(name) ?? [];
  if (!registry) throw new Refusal(`${name}: the stand-in knows registries of this machine only (127.0.0.1:PORT/name)`);
  return { registry, repository, reference: digest ?? tagged ?? 'latest', digest };
}

async function call({ registry, repository }, path, init = {}) {
  const url = path.startsWith('http') ? path : `http://${registry}${path.startsWith('/') ? path : `/v2/${repository}/${path}`}`;
  const credentials = readJson(credentialsFile, {})[registry];
  const headers = { ...init.headers, ...(credentials && { authorization: `Basic ${credentials}` }) };
  const answer = await fetch(url, { ...init, headers });
  if (answer.ok || (init.method === 'HEAD' && answer.status === 404)) return answer;
  if (answer.status === 401) throw new Refusal('no basic auth credentials');
  const {
    errors: [{ code, message }],
  } = await answer.json();
  throw new Refusal(
    code === 'NAME_UNKNOWN' || code === 'MANIFEST_UNKNOWN' ? message : `${code.toLowerCase().replaceAll('_', ' ')}: ${message}`,
  );
}

async function upload(where, content) {
  const digest = sha256(content);
  const held = await call(where, `blobs/${digest}`, { method: 'HEAD' });
  if (held.ok) return;
  const begun = await call(where, 'blobs/uploads/', { method: 'POST' });
  const at = begun.headers.get('location');
  await call(where, `${at}${at.includes('?') ? '&' : '?'}digest=${digest}`, { method: 'PUT', body: content });
}

export async function push(words) {
  const { options, rest } = parse('push', words, { '-q': '--quiet', '--quiet': 'flag' });
  const name = withTag(rest[0] ?? '');
  const where = reference(name);
  const { id, folder } = image(name);
  const config = readFileSync(join(folder, 'config.json'));
  const layer = readFileSync(join(folder, 'layer.tar.gz'));
  for (const content of [layer, config]) await upload(where, content);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: config.length, digest: sha256(config) },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: layer.length, digest: sha256(layer) }],
  });
  await call(where, `manifests/${where.reference}`, { method: 'PUT', body: manifest, headers: { 'content-type': manifestType } });
  const digest = sha256(manifest);
  setDigest(id, `${where.registry}/${where.repository}@${digest}`);
  console.log(options['--quiet'] ? name : `${where.reference}: digest: ${digest} size: ${manifest.length}`);
}

export async function pull(words) {
  const { options, rest } = parse('pull', words, { '-q': '--quiet', '--quiet': 'flag', '--platform': 'value' });
  const where = reference(rest[0] ?? '');
  const answer = await call(where, `manifests/${where.reference}`, { headers: { accept: manifestType } });
  const text = await answer.text();
  const manifest = JSON.parse(text);
  if (manifest.layers?.length !== 1) throw new Refusal(`pull: ${rest[0]} was not built by the stand-in: it needs a Docker daemon`);
  const content = async ({ digest }) => Buffer.from(await (await call(where, `blobs/${digest}`)).arrayBuffer());
  const [config, layer] = [await content(manifest.config), await content(manifest.layers[0])];
  mkdirSync(home, { recursive: true });
  const root = mkdtempSync(join(home, 'pull-'));
  unpack(layer, root);
  const id = keep(JSON.parse(config), layer, root);
  setDigest(id, `${where.registry}/${where.repository}@${sha256(text)}`);
  if (!where.digest) setTag(rest[0], id);
  console.log(options['--quiet'] ? rest[0] : `Digest: ${sha256(text)}\nStatus: Downloaded ${rest[0]}`);
}

function unpack(layer, root) {
  writeFileSync(`${root}.tar.gz`, layer);
  const { status, stderr } = spawnSync('tar', ['-xzf', `${root}.tar.gz`, '-C', root], { encoding: 'utf8' });
  if (status !== 0) throw new Refusal(`pull: tar ended with ${status}: ${stderr}`);
}

export function inspectImage(words) {
  const { options, rest } = parse('image inspect', words, { '-f': '--format', '--format': 'value' });
  const { id, tags, digests, config } = image(rest[0] ?? '');
  const { architecture, os, config: Config, created: Created, rootfs } = config;
  const shown = {
    Id: id,
    RepoTags: tags,
    RepoDigests: digests,
    Created,
    Config,
    Architecture: architecture,
    Os: os,
    RootFS: { Type: rootfs.type, Layers: rootfs.diff_ids },
  };
  console.log(format(options['--format'], shown));
}
