import { exitCodeOf } from '../../../cli/commands/doctor.ts';
import { checkUpdate } from '../../../cli/installation/account-checks.ts';
import type { Checkout } from '../../../cli/installation/checkout.ts';
import { examineInstallation } from '../../../cli/installation/examine.ts';
import { problemsOf } from '../../contract/commands.ts';
import { shellCommands } from '../../contract/shell-commands.ts';
import { stackView } from '../../steps/incidents.ts';
import { awsError } from '../../steps/ports.ts';
import { type Changes, exampleConfig, surroundings, templateOf } from '../init/example.ts';

const checkout: Checkout = { template: async (stack) => templateOf(stack), version: '0.1.0 (1a2b3c4)' };
const examine = async (changes: Changes = {}, from = checkout) => examineInstallation(await exampleConfig(), surroundings(changes), from);
const named = async (name: string, changes: Changes = {}, from = checkout) =>
  (await examine(changes, from)).find((check) => check.name === name);

describe('an installed pipeline in order', () => {
  it('is ok in every check, and 0', async () => {
    const checks = await examine();
    expect(checks.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    expect(exitCodeOf(checks)).toBe(0);
  });

  it('is looked at by its stacks: those that people deploy, and no other', async () => {
    const names = (await examine()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['ReleaseStores', 'ReleaseMachine', 'StagingFoundation', 'ProdFoundation']));
    expect(names.join()).not.toContain('Service');
  });
});

describe('a stack', () => {
  const describe = async () => null;

  it('that is not there is missing, and 1', async () => {
    expect(await named('ProdFoundation', { stacks: { describe } })).toMatchObject({
      verdict: 'missing',
      next: 'npx cdk deploy ProdFoundation',
    });
    expect(exitCodeOf(await examine({ stacks: { describe } }))).toBe(1);
  });

  it('in the midst of something is a problem', async () => {
    const busy = async () => stackView('UPDATE_ROLLBACK_FAILED', { reason: 'a reason' });
    expect(await named('ReleaseMachine', { stacks: { describe: busy } })).toMatchObject({
      verdict: 'problem',
      says: 'ReleaseMachine is UPDATE_ROLLBACK_FAILED (a reason)',
    });
  });

  it('that this checkout would deploy otherwise is a warning, and 0', async () => {
    const other = { ...checkout, template: async () => '{"Resources":{"Other":{}}}' };
    expect(await named('ReleaseMachine', {}, other)).toMatchObject({ verdict: 'warning', next: 'npx cdk diff ReleaseMachine' });
    expect(exitCodeOf(await examine({}, other))).toBe(0);
  });

  it('is compared by what the template says, not by its layout', async () => {
    const spaced = { ...checkout, template: async (stack: string) => JSON.stringify(JSON.parse(templateOf(stack)), null, 4) };
    expect(await named('ReleaseMachine', {}, spaced)).toMatchObject({ verdict: 'ok' });
  });

  it('that somebody changed by hand is a warning', async () => {
    const driftRecords = { last: async () => ({ status: 'DRIFTED', at: '2026-01-01T00:00:00.000Z' }) };
    expect(await named('ReleaseStores', { driftRecords })).toMatchObject({ verdict: 'warning', next: 'npx cdk drift ReleaseStores' });
  });

  it('is unknown where this checkout does not synthesize: that is no "as it should be"', async () => {
    const broken = { ...checkout, template: () => Promise.reject(new Error('pipeline/app.ts ended with 1')) };
    expect(await named('ReleaseMachine', {}, broken)).toMatchObject({ verdict: 'unknown', next: 'npx cdk synth ReleaseMachine' });
    expect(exitCodeOf(await examine({}, broken))).toBe(2);
  });
});

describe('what stands around it', () => {
  it('is warned of when nobody hears of a failed release', async () => {
    const nobody = { of: async () => ({ confirmed: [], pending: ['email you@example.com'] }) };
    expect(await named('notifications', { subscriptions: nobody })).toMatchObject({
      verdict: 'warning',
      says: expect.stringContaining('not confirmed yet: email you@example.com'),
    });
  });

  it('is warned of when some have not confirmed', async () => {
    const some = { of: async () => ({ confirmed: ['sqs example'], pending: ['email you@example.com'] }) };
    expect(await named('notifications', { subscriptions: some })).toMatchObject({ verdict: 'warning' });
  });

  it('is warned of when the account lets too few functions run at once', async () => {
    expect(await named('functions at once', { limits: { concurrency: async () => 10 } })).toMatchObject({ verdict: 'warning' });
  });

  it('is warned of when the image that was deployed is not pinned, whatever the table says', async () => {
    const unpinned = async (name: string) => stackView('UPDATE_COMPLETE', { name, parameters: { BaseImage: 'example.com/node:24' } });
    expect(await named('base image', { stacks: { describe: unpinned } })).toMatchObject({ verdict: 'warning' });
  });

  it('is warned of when the machine was not updated for half a year', async () => {
    const { stacks } = surroundings({
      stacks: { describe: async () => stackView('UPDATE_COMPLETE', { lastUpdated: '2026-01-01T00:00:00.000Z' }) },
    });
    expect(await checkUpdate({ stacks }, new Date('2026-05-01'))).toMatchObject({ verdict: 'ok' });
    expect(await checkUpdate({ stacks }, new Date('2026-08-01'))).toMatchObject({
      verdict: 'warning',
      says: expect.stringContaining('212 days ago'),
    });
  });
});

describe('who keeps it current', () => {
  const updater = (status: string | null) => ({
    stacks: {
      describe: async (name: string) =>
        (name === 'ReleaseSelfUpdate'
          ? status && stackView(status, { name })
          : stackView('UPDATE_COMPLETE', { name, lastUpdated: new Date().toISOString() })) || null,
    },
  });

  it('is people, where no stack does it', async () => {
    expect(await named('last update', updater(null))).toMatchObject({ verdict: 'ok', says: expect.stringContaining('people update it') });
  });

  it('is the stack that does it from main, and one that is stuck is a problem', async () => {
    expect(await named('last update', updater('UPDATE_COMPLETE'))).toMatchObject({
      verdict: 'ok',
      says: expect.stringContaining('ReleaseSelfUpdate keeps it current'),
    });
    expect(await named('last update', updater('UPDATE_ROLLBACK_FAILED'))).toMatchObject({ verdict: 'problem' });
  });
});

describe('not knowing', () => {
  it('is never read as missing or in order, and keeps no other check from looking', async () => {
    const denied = () => Promise.reject(awsError('AccessDenied', 'not allowed'));
    const checks = await examine({ subscriptions: { of: denied }, limits: { concurrency: denied } });
    const unknown = checks.filter(({ verdict }) => verdict === 'unknown').map(({ name }) => name);
    expect(unknown).toEqual(['notifications', 'functions at once']);
    expect(exitCodeOf(checks)).toBe(2);
  });
});

describe('the next command of every finding', () => {
  const denied = async () => null;
  it.each<[string, Changes]>([
    ['nothing stands', { stacks: { describe: denied, resource: denied }, repositories: { cloneUrl: denied } }],
    ['nobody listens', { subscriptions: { of: async () => ({ confirmed: [], pending: [] }) }, limits: { concurrency: async () => 1 } }],
  ])('exists where %s', async (_what, changes) => {
    const next = (await examine(changes)).flatMap((check) => check.next ?? []);
    expect(next.length).toBeGreaterThan(1);
    expect((await Promise.all(next.flatMap(shellCommands).map(problemsOf))).flat()).toEqual([]);
  });
});
