import { causes } from '../../../steps/contract/causes.ts';
import { readEnvironment } from '../../../steps/contract/environment.ts';
import { ReleaseError } from '../../../steps/contract/errors.ts';
import { changeSetName, executionName, isExecutionOf, operationToken } from '../../../steps/contract/release.ts';
import { fileName } from '../../../steps/contract/steps.ts';
import { release, request } from '../incidents.ts';

describe('names of a release', () => {
  it('are tag, commit and attempt', () => {
    expect(executionName(request)).toBe('v1.4.0-0123456-1');
  });

  it('hold only what Step Functions takes, also of a tag that will be refused', () => {
    expect(executionName({ ...request, tag: 'v1.4.0+build/7 é' })).toBe('v1.4.0_build_7__-0123456-1');
  });

  it('are at most 80 characters, and keep what makes them unique', () => {
    const name = executionName({ ...request, tag: `v1.4.0-${'a'.repeat(121)}`, attempt: 12 });
    expect(name).toHaveLength(80);
    expect(name).toMatch(/a-0123456-12$/);
  });

  it('become change sets and tokens as CloudFormation takes them', () => {
    expect(changeSetName({ name: 'v1.4.0-rc.1_x-0123456-1' })).toBe('release-v1-4-0-rc-1-x-0123456-1');
    expect(changeSetName(release, 'repair')).toBe('repair-v1-4-0-0123456-1');
    const tokens = (['deploy', 'heal', 'roll-back'] as const).map((verb) => operationToken(release, verb));
    expect(tokens).toEqual(['release-v1-4-0-0123456-1-deploy', 'release-v1-4-0-0123456-1-heal', 'release-v1-4-0-0123456-1-roll-back']);
    for (const token of tokens) expect(token).toMatch(/^[a-zA-Z0-9][-a-zA-Z0-9]{0,127}$/);
  });

  it('tell one tag from another that begins alike, and from a rescue', () => {
    expect(['v1.4.0-0123456-1', 'v1.4.0-rc.1-0123456-1', 'v1.4.0-0123456-1-rescue'].map((name) => isExecutionOf('v1.4.0', name))).toEqual([
      true,
      false,
      false,
    ]);
    const long = `v1.4.0-${'x'.repeat(90)}`;
    expect(isExecutionOf(long, executionName({ ...request, tag: long }))).toBe(true);
  });

  it.each([
    ['ValidateSecret', 'validate-secret'],
    ['Deploy', 'deploy'],
  ])('become files: %s is %s', (step, file) => {
    expect(fileName(step)).toBe(file);
  });
});

describe('the environment of a function', () => {
  it('is read as it was declared', () => {
    const env = { RELEASE_TABLE: 'release', DIAGNOSTICS_BUCKET: 'example-diagnostics', OTHER: 'example' };
    expect(readEnvironment('InspectStage', env)).toEqual({ RELEASE_TABLE: 'release', DIAGNOSTICS_BUCKET: 'example-diagnostics' });
    expect(readEnvironment('Deploy', {})).toEqual({});
  });

  it('is reported with all that is missing at once; an empty value is none', () => {
    expect(() => readEnvironment('VerifyImage', { REPOSITORY_NAME: 'example', REPOSITORY_URI: '' })).toThrow(
      'VerifyImage lacks REPOSITORY_URI (URI of the image repository), ARTEFACTS_BUCKET (name of the artefacts bucket). Next: ',
    );
  });
});

it('lets an error say what a person does next', () => {
  const cause = new Error('example');
  const error = new ReleaseError('TagBehind', 'The tag is v1.4.0.', { cause });
  expect(error).toMatchObject({ name: 'TagBehind', next: causes.TagBehind.next, cause });
});
