/**
 * Keeps what a rollback would take away, within two minutes. In: the incident. Out: a pointer to the sealed bundle, with what is missing.
 * Fails: only when the manifest itself breaks the contract. Safe to repeat: the same keys are written again.
 */
import { clock } from './clients/clock.ts';
import { logReader as logs } from './clients/log-reader.ts';
import { logged } from './clients/logged.ts';
import { objects } from './clients/objects.ts';
import { secretReader as secrets } from './clients/secret-reader.ts';
import { services } from './clients/services.ts';
import { stacks } from './clients/stacks.ts';
import { targetHealth } from './clients/target-health.ts';
import { collectDiagnostics } from './collect-diagnostics.ts';
import { entry } from './contract/entry.ts';
import { readEnvironment } from './contract/environment.ts';

const { DIAGNOSTICS_BUCKET } = readEnvironment('CollectDiagnostics', process.env);
const ports = { clock, logs, objects, secrets, services, stacks, targetHealth };

export const handler = logged(
  'CollectDiagnostics',
  entry('CollectDiagnostics', (input) => collectDiagnostics(input, DIAGNOSTICS_BUCKET, ports)),
);
