import { join } from 'node:path';
import { type RehearsedRelease, rehearseRelease } from '../../cli/rehearse-release.ts';
import { readCalls } from '../../rehearsal/call-log.ts';
import { readCheckout } from '../../rehearsal/checkout.ts';
import { certificateExpired } from '../../rehearsal/faults/certificate-expired.ts';
import type { Fault } from '../../rehearsal/faults/fault.ts';
import { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';
import { patience } from './run-release.ts';

/** Somebody puts another certificate there while the release is under way: everything was looked at before, nothing was tested yet. */
const exchangedMidRelease: Fault = {
  name: 'certificate-exchanged',
  summary: 'another name’s certificate takes the place of the stage’s while the release deploys',
  cause: 'AddressUnusable',
  failedStep: 'SmokeTest',
  on: 'first-deploy',
  inject({ cloud: { certificates }, stage: { address } }) {
    const arn = certificates.arnFor(address.domain);
    return {
      hear: ({ state, event }) => {
        if (state === 'WatchDeployment' && event === 'entered') certificates.put(arn, ['other.example.com']);
      },
      mend: () => certificates.put(arn, [address.domain]),
    };
  },
};

describe('a stage that nobody can call under its name', () => {
  let copy: CopyOfTree;
  let rehearsal: Rehearsal;
  let exchanged: RehearsedRelease;
  let expired: RehearsedRelease;
  let touched: string[];

  beforeAll(async () => {
    copy = copyOfTree();
    rehearsal = await Rehearsal.start({ checkout: await readCheckout(copy.folder), containers: 'process' });
    Object.assign(process.env, rehearsal.parts.environment);
    const log = join(rehearsal.parts.home, 'calls.jsonl');
    const { signal } = new AbortController();
    const meet = (tag: string, fault: Fault) =>
      rehearseRelease(rehearsal, {
        tag,
        before: null,
        fault,
        approval: 'yes',
        kept: join(copy.folder, '.local', tag),
        signal,
        quiet: true,
      });
    exchanged = await meet('v1.4.0', exchangedMidRelease);
    const before = (await readCalls(log)).length;
    expired = await meet('v1.4.1', certificateExpired);
    const changing = /^(CreateChangeSet|ExecuteChangeSet|DeleteStack|RollbackStack|StopServiceDeployment)$/;
    touched = (await readCalls(log))
      .slice(before)
      .map(({ operation }) => operation)
      .filter((operation) => changing.test(operation));
  }, patience);
  afterAll(async () => {
    await rehearsal?.close();
    copy?.remove();
  });

  it('fails the smoke test that finds another name’s certificate, and is rolled back with proof', () => {
    expect(exchanged).toMatchObject({ outcome: 'not-released', failedStep: 'SmokeTest', cause: 'AddressUnusable', differences: [] });
    expect(exchanged.sentence).toMatch(/webhook\.staging\.example\.com cannot be called: .*ERR_TLS_CERT_ALTNAME_INVALID/);
    expect(exchanged.stages[0]).toEqual({ name: 'staging', outcome: 'failed', rolledBack: true, proven: true });
  });

  it('stops the next release before anything is changed, once its certificate has expired', () => {
    expect(expired).toMatchObject({ outcome: 'not-released', failedStep: 'InspectStage', cause: 'AddressUnusable', differences: [] });
    expect(expired.sentence).toContain('webhook.staging.example.com cannot be called: certificate has expired (CERT_HAS_EXPIRED)');
    expect(touched).toEqual([]);
  });
});
