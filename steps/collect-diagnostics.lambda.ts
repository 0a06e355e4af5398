/**
 * Keeps what a rollback would take away, within two minutes. In: the incident. Out: a pointer to the sealed bundle, with what is missing.
 * Fails: only when the manifest itself breaks the contract. Safe to repeat: the same keys are written again.
 */
import { accessDenials as denials } from './clients/access-denials.ts';
import { clock } from './clients/clock.ts';
import { healthChecks } from './clients/health-checks.ts';
import { imageManifests as images } from './clients/image-manifests.ts';
import { logPages } from './clients/log-pages.ts';
import { logReader } from './clients/log-reader.ts';
import { logged } from './clients/logged.ts';
import { network } from './clients/network.ts';
import { objectStreams } from './clients/object-streams.ts';
import { objects } from './clients/objects.ts';
import { recorded } from './clients/recordings.ts';
import { secretHistory } from './clients/secret-history.ts';
import { secretReader as secrets } from './clients/secret-reader.ts';
import { services } from './clients/services.ts';
import { stacks } from './clients/stacks.ts';
import { targetHealth } from './clients/target-health.ts';
import { collectDiagnostics } from './collect-diagnostics.ts';
import { entry } from './contract/entry.ts';
import { readEnvironment } from './contract/environment.ts';

const { DIAGNOSTICS_BUCKET, REPOSITORY_NAME: repository } = readEnvironment('CollectDiagnostics', process.env);
const ports = {
  clock,
  denials,
  healthChecks,
  images,
  logs: { ...logReader, ...logPages },
  network,
  recorded: recorded(DIAGNOSTICS_BUCKET),
  objects: { ...objects, ...objectStreams },
  repository,
  secretHistory,
  secrets,
  services,
  stacks,
  targetHealth,
};

export const handler = logged(
  'CollectDiagnostics',
  entry('CollectDiagnostics', (input) => collectDiagnostics(input, DIAGNOSTICS_BUCKET, ports)),
);
