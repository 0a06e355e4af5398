/**
 * Keeps failures of the stages as they happen, and wakes who watches. In: an event of ECS or CloudFormation, or a batch of such out of the
 * queue. Out: what was written and who was woken. Fails: when AWS does not answer; the event comes again. Safe to repeat: a key is written once.
 */
import { clock } from './clients/clock.ts';
import { logReader as logs } from './clients/log-reader.ts';
import { logged } from './clients/logged.ts';
import { measures } from './clients/measures.ts';
import { recordings } from './clients/recordings.ts';
import { secretReader as secrets } from './clients/secret-reader.ts';
import { services } from './clients/services.ts';
import { table } from './clients/table.ts';
import { wake } from './clients/task-tokens.ts';
import { readEnvironment } from './contract/environment.ts';
import { RecordedStage } from './contract/recording.ts';
import { Delivered, recordEvent } from './record-event.ts';

const { DIAGNOSTICS_BUCKET, RELEASE_TABLE, STAGES } = readEnvironment('RecordEvent', process.env);
const settings = { bucket: DIAGNOSTICS_BUCKET, stages: RecordedStage.array().parse(JSON.parse(STAGES)) };
const ports = { recordings, services, logs, secrets, table: table(RELEASE_TABLE), waker: { wake }, measures, clock };

export const handler = logged('RecordEvent', (event: unknown) => recordEvent(Delivered.parse(event), settings, ports));
