import { createHash } from 'node:crypto';
import { type CollectedObject, type Diagnostics, Manifest, type MissingSource, type Source } from '../contract/failure.ts';
import type { Objects } from '../contract/ports.ts';
import { diagnosticsPrefix, executionName } from '../contract/release.ts';
import type { Incident } from '../contract/steps.ts';
import type { Redact } from './redact.ts';

/** The execution's name, also of a tag that AcceptTag refused. */
export const releaseName = ({ release, request }: Pick<Incident, 'release' | 'request'>) => release?.name ?? executionName(request);

/**
 * Where the diagnostics of one failure lie. State and error are part of it: what is collected before a stack is healed is never overwritten
 * by what is collected when the same release fails later.
 */
export function bundlePrefix(incident: Incident): string {
  const failure = `${incident.failure.state}.${incident.failure.error}`.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 120);
  return `${diagnosticsPrefix({ name: releaseName(incident) })}/${incident.stage?.name ?? 'release'}/${failure}`;
}

/** No object is larger: what matters of a log is its end. */
const maxCharacters = 2_000_000;

/** A bundle that is being written. Its `put` is the store's only door: what passes it is redacted first. */
export function openBundle(objects: Pick<Objects, 'put'>, at: { bucket: string; prefix: string }, redact: Promise<Redact>) {
  const collected: CollectedObject[] = [];
  const missing: MissingSource[] = [];
  let sealed = false;
  return {
    async put(source: Source, name: string, text: string): Promise<void> {
      const clean = (await redact)(text);
      const body = Buffer.from(clean.length > maxCharacters ? clean.slice(-maxCharacters) : clean, 'utf8');
      const key = `${at.prefix}/${name}`;
      const contentType = name.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8';
      await objects.put(at.bucket, key, body, contentType);
      // A source that outlived its deadline: the manifest already says that it is missing.
      if (!sealed) collected.push({ key, source, bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') });
    },

    /** Reasons are AWS's words, and AWS quotes what it was given: they pass the redactor too. */
    async miss(source: string, reason: string): Promise<void> {
      const clean = (await redact)(reason).slice(0, 400);
      if (!sealed) missing.push({ source, reason: clean });
    },

    /** Writes the manifest, last. A store that refuses it leaves a bundle without a seal: the answer says so. */
    async seal(about: Pick<Manifest, 'release' | 'stage' | 'failure' | 'startedAt' | 'redaction'>, now: Date): Promise<Diagnostics> {
      sealed = true;
      const sealedAt = now.toISOString();
      const listed = collected.toSorted((a, b) => (a.key < b.key ? -1 : 1));
      const manifest: Manifest = { ...about, sealedAt, complete: missing.length === 0, objects: listed, missing };
      const manifestKey = `${at.prefix}/manifest.json`;
      const answer = { ...at, objects: listed.length, missing };
      try {
        const text = (await redact)(JSON.stringify(Manifest.parse(manifest), null, 2));
        await objects.put(at.bucket, manifestKey, text, 'application/json');
        return { ...answer, manifestKey, sealedAt };
      } catch (error) {
        const reason = (await redact)(`the store refused it: ${messageOf(error)}`).slice(0, 400);
        return { ...answer, missing: [...missing, { source: 'manifest', reason }], manifestKey: null, sealedAt: null };
      }
    },
  };
}
export type Bundle = ReturnType<typeof openBundle>;

export const messageOf = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
