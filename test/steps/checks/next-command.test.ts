import { nextCommand } from '../../../steps/checks/next-command.ts';
import { type Cause, causes } from '../../../steps/contract/causes.ts';
import { failure, incident, request, thrown } from '../incidents.ts';

const all = Object.keys(causes) as Cause[];
const placeholder = /\b(?:TAG|STAGE|SECRET|STACK|FOUNDATION)\b|vX\.Y\.Z/;

describe('the one next command', () => {
  it.each(all.filter((cause) => cause !== 'TagMalformed'))('has nothing left to fill in once a stage was reached: %s', (cause) => {
    const command = nextCommand(cause, incident());
    expect(command).not.toMatch(placeholder);
    expect(command).not.toMatch(/\n/);
  });

  it('names the secret, the stack and the tag of this release', () => {
    expect(nextCommand('SecretEmpty', incident())).toBe(
      'aws secretsmanager put-secret-value --secret-id example/staging/benchling --secret-string file://secret.json',
    );
    expect(nextCommand('RollbackFailed', incident())).toBe('npx release incident v1.4.0');
    expect(nextCommand('ImagePullFailed', incident())).toBe('npx cdk diff StagingFoundation');
    expect(nextCommand('ApprovalExpired', incident())).toBe('npx release retry v1.4.0');
  });

  it.each([
    ['v1.4.0', 'v1.4.1'],
    ['v1.4.9-rc.1', 'v1.4.10'],
    ['v10.0.99+build.5', 'v10.0.100'],
  ])('asks for the next patch version after %s', (tag, next) => {
    expect(nextCommand('ContainerCrashed', incident({ request: { ...request, tag } }))).toBe(`git tag ${next} && git push origin ${next}`);
  });

  it('gives a shell no more of a tag than a word', () => {
    const hostile = incident({ request: { ...request, tag: "v1';$(id)" } });
    expect(nextCommand('ApprovalExpired', hostile)).toMatch(/^npx release \w+ 'v1'\\'';\$\(id\)'$/);
  });

  it('leaves a gap where the tag has no version', () => {
    const command = nextCommand('TagMoved', incident({ request: { ...request, tag: 'latest' } }));
    expect(command).toBe('git tag vX.Y.Z && git push origin vX.Y.Z');
  });

  it.each([
    ['was judged', 'SecretKeyMissing', 'prod: client_id is missing. Secret: example/prod.benchling. staging: x. Secret: example/staging.'],
    ['does not exist', 'SecretNotFound', 'There is no secret example/prod.benchling in this region. prod: x. Secret: example/staging.'],
    ['may not be read', 'SecretAccessDenied', 'The secret example/prod.benchling may not be read: denied'],
    ['is marked for deletion', 'SecretNotFound', 'The secret example/prod.benchling is marked for deletion.'],
  ] as const)('finds the first secret that %s before any stage is walked', (_name, cause, words) => {
    const early = incident({ stage: null, failure: { ...failure, state: 'ValidateSecret', cause: thrown(cause, words) } });
    expect(nextCommand(cause, early)).toContain(' example/prod.benchling');
  });

  it('leaves a gap to see rather than a wrong name when nobody says which secret', () => {
    const silent = incident({ stage: null, failure: { ...failure, cause: 'The secret was not told' } });
    expect(nextCommand('SecretEmpty', silent)).toContain('--secret-id SECRET ');
  });
});
