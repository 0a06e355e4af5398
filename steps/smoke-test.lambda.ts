/**
 * Tests the running service: versions, configuration, and webhooks that must be accepted or refused. In: release, stage, image, inspection, config.
 * Out: Smoke, whose failure names SmokeVersionMismatch, SmokeConfigMismatch, SmokeVerificationOff, SmokeWebhookFailed, AddressUnusable or HealthCheckFailed.
 * Fails: when the test cannot be made at all. Safe to repeat.
 */
import { clock } from './clients/clock.ts';
import { httpClient } from './clients/http-client.ts';
import { logged } from './clients/logged.ts';
import { objects } from './clients/objects.ts';
import { outsideAgent } from './clients/proxy-agent.ts';
import { sampleSigner } from './clients/sample-signer.ts';
import { entry } from './contract/entry.ts';
import { smokeTest } from './smoke-test.ts';

const ports = { http: httpClient(outsideAgent(process.env)), signer: sampleSigner, objects, clock };

export const handler = logged(
  'SmokeTest',
  entry('SmokeTest', (input) => smokeTest(input, ports)),
);
