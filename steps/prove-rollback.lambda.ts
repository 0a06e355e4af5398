/**
 * Proves what runs after a rollback. In: the incident, its diagnostics, what was done and how it settled. Out: Proof. Fails: never with a verdict; a rollback
 * that cannot be proven is one. Safe to repeat.
 */
import { clock } from './clients/clock.ts';
import { httpClient } from './clients/http-client.ts';
import { logged } from './clients/logged.ts';
import { objects } from './clients/objects.ts';
import { outsideAgent } from './clients/proxy-agent.ts';
import { sampleSigner } from './clients/sample-signer.ts';
import { services } from './clients/services.ts';
import { stacks } from './clients/stacks.ts';
import { entry } from './contract/entry.ts';
import { proveRollback } from './prove-rollback.ts';

const ports = { http: httpClient(outsideAgent(process.env)), signer: sampleSigner, objects, services, stacks, clock };

export const handler = logged(
  'ProveRollback',
  entry('ProveRollback', (input) => proveRollback(input, ports)),
);
