/** Looks at a stage and records what runs there. In: release, stage, image, polls. Out: Inspection. Fails: Secret…, AddressUnusable, StackBusy, StackLocked. Safe to repeat. */
import { httpClient } from './clients/http-client.ts';
import { logged } from './clients/logged.ts';
import { objects } from './clients/objects.ts';
import { outsideAgent } from './clients/proxy-agent.ts';
import { secretReader } from './clients/secret-reader.ts';
import { services } from './clients/services.ts';
import { stacks } from './clients/stacks.ts';
import { table } from './clients/table.ts';
import { entry } from './contract/entry.ts';
import { readEnvironment } from './contract/environment.ts';
import { inspectStage } from './inspect-stage.ts';

const { RELEASE_TABLE, DIAGNOSTICS_BUCKET } = readEnvironment('InspectStage', process.env);
const ports = {
  http: httpClient(outsideAgent(process.env)),
  secrets: secretReader,
  stacks,
  services,
  objects,
  table: table(RELEASE_TABLE),
  diagnosticsBucket: DIAGNOSTICS_BUCKET,
};

export const handler = logged(
  'InspectStage',
  entry('InspectStage', (input) => inspectStage(input, ports)),
);
