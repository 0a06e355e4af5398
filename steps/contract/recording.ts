import * as z from 'zod';
import { Stage } from './stage.ts';

/** What the flight recorder knows of a stage: names, to tell whose an event is, and which secret's values must not be kept. */
export const RecordedStage = Stage.pick({ name: true, foundationStack: true, serviceStack: true, secretName: true });
export type RecordedStage = z.infer<typeof RecordedStage>;

/** An event as EventBridge delivers it, by a rule or out of a queue. */
export const CloudEvent = z.object({
  id: z.string(),
  time: z.iso.datetime(),
  source: z.string(),
  'detail-type': z.string(),
  resources: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
});
export type CloudEvent = z.infer<typeof CloudEvent>;

/** What is worth keeping. All else that comes only wakes whoever waits. */
export const Kind = z.enum(['task-stopped', 'deployment-failed', 'service-action', 'stack-failed', 'resource-failed']);
export type Kind = z.infer<typeof Kind>;

/** One object of the recorder. */
export const Recording = z.strictObject({
  kind: Kind,
  stage: z.string(),
  recordedAt: z.iso.datetime(),
  /** `patterns`: the secret could not be read, so that only shapes of secrets were removed. */
  redaction: z.enum(['values-and-patterns', 'patterns']),
  event: CloudEvent,
});
export type Recording = z.infer<typeof Recording>;

/** Where the recordings of a stage lie, beside the bundles; in the order in which things happened. */
export const recorderPrefix = (stage: string) => `recorder/${stage}/`;

/** Suffixes of what is kept of one event: itself, the task's log as it was then, and as it was a minute later. */
export const parts = { event: '.json', log: '.log', later: '.later.log' } as const;

/** @param at when it happened, ISO 8601. @param hash of the event's content: an event that comes twice has the same key */
export const recordingKey = (stage: string, at: string, kind: Kind, hash: string) =>
  `${recorderPrefix(stage)}${at.replace(/\.\d+Z$/, 'Z').replaceAll(':', '-')}-${kind}-${hash.slice(0, 16)}`;

/** Where a listing begins that is to hold all that happened since. */
export const recordingsSince = (stage: string, since: string) =>
  `${recorderPrefix(stage)}${since.replace(/\.\d+Z$/, 'Z').replaceAll(':', '-')}`;
