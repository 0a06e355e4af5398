import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { causeOf, unknownWords } from '../../../cli/commands/incident.ts';
import { UsageError } from '../../../cli/exit-codes.ts';
import { keptIncident } from '../../../cli/incident/kept.ts';
import { nearest } from '../../../cli/incident/nearest.ts';
import { causeNamed, readPage } from '../../../cli/incident/page.ts';
import { valuesOf } from '../../../cli/incident/values.ts';
import { Cause } from '../../../steps/contract/causes.ts';
import { diagnostics, inspection, serviceArn, stage } from '../../steps/incidents.ts';
import { awsError } from '../../steps/ports.ts';
import { exampleWorld, record } from '../example-world.ts';

describe('what is asked about', () => {
  it.each(['SecretKeyMissing', 'secret-key-missing', 'secretkeymissing', 'secret-key-missing.md'])('is a cause, spelled %s', (typed) => {
    expect(causeNamed(typed)).toBe('SecretKeyMissing');
  });

  it('is no cause, but near one', () => {
    expect(causeNamed('secret-key-mising')).toBeNull();
    expect(nearest('secret-key-mising', Cause.options)[0]).toBe('SecretKeyMissing');
    expect(nearest('rollback', Cause.options)).toEqual(expect.arrayContaining(['RollbackFailed', 'RollbackUnproven']));
    expect(nearest('v1.40', ['v1.4.0', 'v2.17.3'])).toEqual(['v1.4.0']);
  });

  it('is near nothing, and the one line says what was expected', () => {
    expect(nearest('zzzzzzzz', Cause.options)).toEqual([]);
    expect(unknownWords('zzzzzzzz', [])).toBe(
      'There is no cause and no release zzzzzzzz: expected a cause, as in SecretKeyMissing, or the tag of a release. Next: npx release incident --help',
    );
  });

  it('is a release that has no incident: then the line says where to go on', () => {
    expect(() => causeOf(record())).toThrow(
      new UsageError('v1.4.0-0123456-1 is released: there is no incident. Next: npx release status v1.4.0'),
    );
    expect(() => causeOf(record({ outcome: 'running' }))).toThrow('Next: npx release watch v1.4.0');
    expect(() => causeOf(record({ outcome: 'not-released', cause: 'CauseOfTomorrow' }))).toThrow('which this checkout does not know');
    expect(causeOf(record({ outcome: 'not-released', cause: 'OutOfMemory' }))).toBe('OutOfMemory');
  });
});

describe("a release's own names", () => {
  const failed = record({
    outcome: 'not-released',
    cause: 'SecretKeyMissing',
    report: { bucket: 'example-diagnostics', key: 'diagnostics/example/report.md' },
  });
  const reported = (stageName: string | null, cause = '') => ({
    'diagnostics/example/report.json': {
      stage: stageName,
      failure: { state: 'example', error: 'example', cause },
      diagnostics: diagnostics(),
    },
  });
  const values = (objects: Record<string, unknown>) => valuesOf(failed, exampleWorld({ objects }));

  it('come from its record, its report, the table of stages and AWS', async () => {
    expect(await values(reported('staging'))).toEqual({
      TAG: 'v1.4.0',
      NEXT: 'v1.4.1',
      COMMIT: failed.commit,
      RELEASE: failed.name,
      STAGE: 'staging',
      SECRET: stage.secretName,
      STACK: stage.serviceStack,
      FOUNDATION: stage.foundationStack,
      QUILT: stage.quiltStackArn,
      CLUSTER: inspection.foundation.ClusterArn,
      SERVICE: serviceArn,
      LOGS: inspection.foundation.LogGroupName,
      URL: inspection.foundation.ServiceUrl,
      BUCKET: 'example-diagnostics',
      PREFIX: diagnostics().prefix,
      IMAGES: 'example-images',
      REPOSITORY: 'example-service',
    });
  });

  it('name the stage whose secret was refused before any stage was reached, and none when several were', async () => {
    expect(await values(reported(null, 'Secret: example/prod/benchling.'))).toMatchObject({
      STAGE: 'prod',
      SECRET: 'example/prod/benchling',
    });
    const both = await values(reported(null, 'Secret: example/prod/benchling. Secret: example/staging/benchling.'));
    expect(both).not.toHaveProperty('STAGE');
  });

  it('are as many as can be known when the report or AWS cannot be read', async () => {
    const world = exampleWorld({ objects: reported('staging') });
    const stacks = { ...world.stacks, describe: () => Promise.reject(awsError('AccessDenied', 'not allowed')) };
    expect(await valuesOf(failed, { ...world, stacks })).toMatchObject({ STAGE: 'staging', STACK: 'StagingService' });
    expect(await values({})).toEqual(expect.objectContaining({ TAG: 'v1.4.0', BUCKET: 'example-diagnostics' }));
  });
});

describe('the incident of a rehearsal that is over', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'example-kept-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is what its report says; names of stacks and buckets that are gone stay gaps', async () => {
    const folder = join(root, '.local', 'releases', 'v1.4.0', 'example', 'diagnostics');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'report.md'), '# example');
    const { commit, name: release } = record();
    const told = { tag: 'v1.4.0', commit, release, stage: 'staging', outcome: 'not-released', cause: 'OutOfMemory', timeline: [] };
    writeFileSync(join(folder, 'report.json'), JSON.stringify(told));
    expect(await keptIncident(root, 'v1.4.0')).toEqual({
      cause: 'OutOfMemory',
      release,
      outcome: 'not-released',
      values: { TAG: 'v1.4.0', NEXT: 'v1.4.1', COMMIT: commit, RELEASE: release, STAGE: 'staging' },
    });
  });

  it('is none when none was kept', async () => {
    expect(await keptIncident(root, 'v1.4.0')).toBeNull();
  });
});

describe('a page', () => {
  it('is printed with the names in its commands, and says who it is for', async () => {
    const page = await readPage('SecretKeyMissing', { TAG: 'v1.4.0', STAGE: 'staging', SECRET: 'example/staging/benchling' });
    expect(page).toMatch(/^# /);
    expect(page).toContain('npx release doctor "staging"');
    expect(page).toContain('--secret-id "example/staging/benchling"');
    expect(page).toMatch(/For: secret owner \(page\)\. Seen in a rehearsal with: npx release rehearse --fault secret-missing-key$/);
  });
});
