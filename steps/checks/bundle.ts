import { createHash } from 'node:crypto';
import type { ObjectStreams } from '../contract/evidence-ports.ts';
import { type CollectedObject, type Diagnostics, Manifest, type MissingSource, type Source, type SourceNote } from '../contract/failure.ts';
import type { Objects } from '../contract/ports.ts';
import { diagnosticsPrefix, executionName } from '../contract/release.ts';
import { rescueName } from '../contract/rescue.ts';
import type { Incident } from '../contract/steps.ts';
import type { Redact } from './redact.ts';
import { redactPieces } from './redact-stream.ts';

/** The execution's name, also of a tag that AcceptTag refused. */
export const releaseName = ({ release, request }: Pick<Incident, 'release' | 'request'>) => release?.name ?? executionName(request);

/**
 * Where the diagnostics of one failure lie. State and error are part of it: what is collected before a stack is healed is never overwritten
 * by what is collected when the same release fails later. A rescue leaves what the dead execution had collected of the same failure.
 */
export function bundlePrefix(incident: Incident): string {
  const failure = `${incident.failure.state}.${incident.failure.error}`.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 120);
  const name = releaseName(incident);
  const rescued = incident.execution.arn.endsWith(`:${rescueName(name)}`) ? '.rescue' : '';
  return `${diagnosticsPrefix({ name })}/${incident.stage?.name ?? 'release'}/${failure}${rescued}`;
}

/** The store, as a bundle needs it. */
export type BundleStore = Pick<Objects, 'put'> & ObjectStreams;

const contentTypeOf = (name: string) => (name.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8');

/** A bundle that is being written. It is the store's only door: what passes it is redacted first, in one piece (`put`) or in many (`stream`). */
export function openBundle(objects: BundleStore, at: { bucket: string; prefix: string }, redact: Promise<Redact>) {
  const collected: CollectedObject[] = [];
  const missing: MissingSource[] = [];
  const notes: SourceNote[] = [];
  let sealed = false;
  return {
    async put(source: Source, name: string, text: string): Promise<void> {
      const body = Buffer.from((await redact)(text), 'utf8');
      const key = `${at.prefix}/${name}`;
      await objects.put(at.bucket, key, body, contentTypeOf(name));
      // A source that outlived its deadline: the manifest already says that it is missing.
      if (!sealed) collected.push({ key, source, bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') });
    },

    /** As `put`, for what is longer than memory should hold. Pieces may end anywhere, in the midst of a secret too. */
    async stream(source: Source, name: string, pieces: AsyncIterable<string>): Promise<void> {
      const clean = redactPieces(await redact, pieces);
      const hash = createHash('sha256');
      let bytes = 0;
      const body = async function* () {
        for await (const piece of clean) {
          if (sealed) throw new Error('the bundle is sealed');
          const written = Buffer.from(piece, 'utf8');
          hash.update(written);
          bytes += written.length;
          yield written;
        }
      };
      const key = `${at.prefix}/${name}`;
      await objects.stream(at.bucket, key, body(), contentTypeOf(name));
      if (!sealed) collected.push({ key, source, bytes, sha256: hash.digest('hex') });
    },

    /** What a reader must know of a source although nothing is missing. */
    async note(source: Source, text: string): Promise<void> {
      const clean = (await redact)(text).slice(0, 400);
      if (!sealed) notes.push({ source, note: clean });
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
      const manifest: Manifest = { ...about, sealedAt, complete: missing.length === 0, objects: listed, missing, notes };
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
