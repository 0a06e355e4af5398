/** Asks a person; the machine waits for the token. In: release, stage, image, inspection, plan, token, execution. Out: Approval. Fails: Superseded. Safe to repeat. */
import { clock } from './clients/clock.ts';
import { logged } from './clients/logged.ts';
import { notifier } from './clients/notifier.ts';
import { table } from './clients/table.ts';
import { wake } from './clients/task-tokens.ts';
import { entry } from './contract/entry.ts';
import { readEnvironment } from './contract/environment.ts';
import { requestApproval } from './request-approval.ts';

const { RELEASE_TABLE, TOPIC_ARN } = readEnvironment('RequestApproval', process.env);
const ports = { table: table(RELEASE_TABLE), notifier: notifier(TOPIC_ARN), waker: { wake }, clock };

export const handler = logged(
  'RequestApproval',
  entry('RequestApproval', (input) => requestApproval(input, ports)),
);
