import { differences, type Met } from '../../cli/expectations.ts';
import type { LoggedCall } from '../../rehearsal/call-log.ts';
import type { Fault } from '../../rehearsal/faults/fault.ts';

const fault: Fault = { name: 'example', summary: 'example', cause: 'ContainerCrashed', on: 'update', inject: () => ({}) };

const call = (service: string, operation: string, step = 'RollBack', resource = 'arn:aws:example'): LoggedCall => ({
  at: '2026-01-01T00:00:00.000Z',
  principal: `arn:aws:sts::111122223333:assumed-role/ReleaseMachine-${step}Role01234567-example/example`,
  service,
  operation,
  permissions: [{ action: `${service}:${operation}`, resource }],
  outcome: 'ok',
});
const sealed = call('s3', 'PutObject', 'CollectDiagnostics', 'arn:aws:s3:::example/diagnostics/v1.1.0/manifest.json');
const undone = call('ecs', 'StopServiceDeployment');

const met = (over: Partial<Omit<Met, 'release'>> & { release?: Partial<Met['release']> } = {}): Met => ({
  tag: 'v1.1.0',
  servedBefore: { staging: '1.0.0' },
  calls: [sealed, undone],
  stages: [{ name: 'staging', approval: false }] as unknown as Met['stages'],
  ...over,
  release: {
    outcome: 'not-released',
    cause: 'ContainerCrashed',
    failedStep: 'WatchDeployment',
    diagnostics: { location: 'example', objects: 1, missing: [], sealedAt: '2026-01-01T00:00:00.000Z' },
    availability: [{ stage: 'staging', requests: 10, failed: 0, firstFailure: null, lastFailure: null }],
    serving: { staging: '1.0.0' },
    ...over.release,
  } as Met['release'],
});

describe('a release that met a fault', () => {
  it('differs in nothing when everything went as the row says', () => {
    expect(differences(fault, met())).toEqual([]);
  });

  it('differs by its cause', () => {
    expect(differences(fault, met({ release: { cause: 'Unclassified' } }))).toEqual(['cause: "Unclassified", expected "ContainerCrashed"']);
  });

  it('differs when it was released although it must fail, and the reverse', () => {
    expect(differences(fault, met({ release: { outcome: 'released' } })).join()).toContain('expected "not-released"');
    expect(differences({ ...fault, cause: null }, met()).join()).toContain('expected "released"');
  });

  it('differs when another state failed than the row names', () => {
    expect(differences({ ...fault, failedStep: 'SmokeTest' }, met())).toEqual(['failed step: "WatchDeployment", expected "SmokeTest"']);
  });

  it.each([
    ['old', { ...fault, serves: undefined }, '1.1.0'],
    ['nothing', { ...fault, on: 'first-deploy' as const, serves: undefined }, '1.0.0'],
    ['new', { ...fault, cause: null, serves: undefined }, '1.0.0'],
  ])('differs when the %s version must serve and another does', (_, row, version) => {
    const found = differences(
      row as Fault,
      met({ release: { serving: { staging: version }, ...(row.cause ? {} : { outcome: 'released' }) } }),
    );
    expect(found.join()).toContain('version that serves staging');
  });

  it('differs by a single request that failed, unless the row says that it may', () => {
    const release = {
      availability: [{ stage: 'staging', requests: 10, failed: 1, firstFailure: 'answered 503', lastFailure: 'answered 503' }],
    };
    expect(differences(fault, met({ release }))).toEqual(['1 of 10 requests to staging failed, the first: answered 503']);
    expect(differences({ ...fault, clientMayFail: true }, met({ release }))).toEqual([]);
  });

  it.each([
    ['before the manifest', [undone, sealed]],
    ['without a manifest', [undone]],
  ])('differs when something was undone %s', (_, calls) => {
    expect(differences(fault, met({ calls }))).toEqual(['ecs StopServiceDeployment by RollBack precedes the sealed manifest']);
  });

  it('takes a manifest that the store refused for none', () => {
    expect(differences(fault, met({ calls: [{ ...sealed, outcome: 'AccessDenied' }, undone] }))).toHaveLength(1);
  });

  it('differs by a source that is missing, and by one that is not although it must be', () => {
    const diagnostics = { location: 'example', objects: 1, missing: [{ source: 'task-log', reason: 'late' }], sealedAt: null };
    expect(differences(fault, met({ release: { diagnostics } })).join()).toContain('["task-log"], expected []');
    expect(differences({ ...fault, misses: ['task-log'] }, met({ release: { diagnostics } }))).toEqual([]);
    expect(differences({ ...fault, misses: ['task-log'] }, met()).join()).toContain('[], expected ["task-log"]');
  });

  it.each([
    ['released', { outcome: 'released', cause: null }, 0],
    ['failed and proven', { stages: [{ name: 'staging', outcome: 'failed', rolledBack: true, proven: true }] }, 0],
    ['failed with nothing proven', { stages: [{ name: 'staging', outcome: 'failed', rolledBack: true, proven: false }] }, 1],
    ['not recovered, and told', { outcome: 'not-recovered', cause: 'RollbackFailed' }, 0],
    ['not recovered, and nobody told', { outcome: 'not-recovered', cause: null, report: null }, 1],
  ])('that may end in any safe way: %s', (_, release, wrong) => {
    expect(differences({ ...fault, cause: 'any' }, met({ release: { stages: [], ...release } as Partial<Met['release']> }))).toHaveLength(
      wrong,
    );
  });

  it('must have no seal where the row says that none can be made', () => {
    expect(differences({ ...fault, withoutSeal: true }, met({ calls: [undone] })).join()).toContain('seal');
  });
});
