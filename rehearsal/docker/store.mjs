/** Images on disk, under the folder that DOCKER_STAND_IN_HOME names. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './options.mjs';

export const home = process.env.DOCKER_STAND_IN_HOME ?? '';
if (!home) throw new Error('DOCKER_STAND_IN_HOME is not set: the stand-in is started by the script that the rehearsal puts on PATH');

export const sha256 = (content) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

export function readJson(file, otherwise) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : otherwise;
}

/** Whole or not at all: a reader never sees half of a file. */
export function writeJson(file, value) {
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(value));
  renameSync(`${file}.${process.pid}`, file);
}

const tagsFile = join(home, 'tags.json');
const digestsFile = join(home, 'digests.json');

export const imageFolder = (id) => join(home, 'images', id.replace('sha256:', ''));

/** `name` → `name:latest`; a port is no tag. */
export const withTag = (name) => (/:[^/:]+$/.test(name) ? name : `${name}:latest`);

/** Puts a built or pulled image in its place. @returns its id, the hash of its configuration, as Docker has it */
export function keep(config, layer, root) {
  const text = JSON.stringify(config);
  const id = sha256(text);
  const folder = imageFolder(id);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), text);
  writeFileSync(join(folder, 'layer.tar.gz'), layer);
  renameSync(root, join(folder, 'rootfs'));
  return id;
}

export function setTag(name, id) {
  writeJson(tagsFile, { ...readJson(tagsFile, {}), [withTag(name)]: id });
}

export function dropTag(name) {
  const { [withTag(name)]: id, ...others } = readJson(tagsFile, {});
  if (!id) throw new Refusal(`Error response from daemon: No such image: ${withTag(name)}`);
  writeJson(tagsFile, others);
}

/** Remembers under which digest a registry holds an image: its RepoDigests. */
export function setDigest(id, reference) {
  const all = readJson(digestsFile, {});
  writeJson(digestsFile, { ...all, [id]: [...new Set([...(all[id] ?? []), reference])] });
}

/** An image by tag, by `repository@digest` or by (the start of) its id. */
export function findImage(name) {
  const tags = readJson(tagsFile, {});
  const digests = readJson(digestsFile, {});
  const byDigest = Object.keys(digests).find((id) => digests[id].includes(name));
  const byId = Object.values(tags).find((id) => name.length >= 6 && id.replace('sha256:', '').startsWith(name.replace('sha256:', '')));
  const id = tags[withTag(name)] ?? byDigest ?? byId;
  if (!id) return undefined;
  const named = Object.keys(tags).filter((each) => tags[each] === id);
  return { id, tags: named, digests: digests[id] ?? [], folder: imageFolder(id), config: readJson(join(imageFolder(id), 'config.json')) };
}

export function image(name) {
  const found = findImage(name);
  if (!found) throw new Refusal(`Error response from daemon: No such image: ${withTag(name)}`);
  return found;
}
