import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble } from '../../rehearsal/assembly.ts';
import { pushedTag } from '../../steps/contract/source.ts';
import { allRoles, flat, ofType, type Template } from '../assembly.ts';
import type { CopyOfTree } from '../scenarios/copy-of-tree.ts';
import { gitHubSource, gitHubTree } from '../scenarios/github-tree.ts';

const issuer = 'token.actions.githubusercontent.com';

/** The other configuration of the same app: all of it is synthesized, checks included. */
describe('a pipeline whose tags come from GitHub', () => {
  let copy: CopyOfTree;
  let machine: Template;
  beforeAll(async () => {
    copy = gitHubTree();
    const { directory } = await assemble(copy.folder);
    machine = JSON.parse(readFileSync(join(directory, 'ReleaseMachine.template.json'), 'utf8'));
  }, 120_000);
  afterAll(() => copy.remove());

  const only = (type: string, pick: (properties: Template['Resources'][string]['Properties']) => boolean = () => true) => {
    const found = ofType(machine, type).filter(([, { Properties }]) => pick(Properties));
    expect(found).toHaveLength(1);
    return found[0]!;
  };
  const roleOf = (id: string) => allRoles(machine).find((role) => role.id.startsWith(id))!;

  it('has a bus of its own, and hands on everything that is put there as a pushed tag', () => {
    const [bus, { Properties }] = only('AWS::Events::EventBus');
    expect(Properties['Name']).toBe(pushedTag.busName);
    const [, rule] = only('AWS::Events::Rule', ({ EventBusName }) => EventBusName !== undefined);
    expect(flat(rule.Properties['EventBusName'])).toBe(`\${${bus}}`);
    expect(rule.Properties['EventPattern']).toEqual({ source: [pushedTag.source], 'detail-type': [pushedTag.detailType] });
    const [target] = rule.Properties['Targets'];
    expect(flat(target.Arn)).toMatch(/StartRelease/);
    expect(flat(target.DeadLetterConfig.Arn)).toMatch(/TriggerUndelivered/);
  });

  it('lends a role to tags v* of this one repository, by the ids in its subject', () => {
    const { properties } = roleOf('TriggerGitHubRole');
    const [provider, { Properties }] = only('AWS::IAM::OIDCProvider');
    expect(Properties).toMatchObject({ Url: `https://${issuer}`, ClientIdList: ['sts.amazonaws.com'] });
    expect(properties['AssumeRolePolicyDocument'].Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Federated: { 'Fn::GetAtt': [provider, 'Arn'] } },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
          StringLike: { [`${issuer}:sub`]: `${gitHubSource.subject}:ref:refs/tags/v*` },
        },
      },
    ]);
  });

  it('lets that role put one kind of event on that bus, and nothing else', () => {
    const { grants, id } = roleOf('TriggerGitHubRole');
    expect(grants).toEqual([{ action: 'events:PutEvents', resource: expect.stringMatching(/^\$\{TriggerGitHubBus\w+\.Arn\}$/) }]);
    const [, policy] = only('AWS::IAM::Policy', ({ Roles }) => Roles.some((role: { Ref: string }) => role.Ref === id));
    expect(policy.Properties['PolicyDocument'].Statement[0].Condition).toEqual({
      'ForAllValues:StringEquals': { 'events:source': pushedTag.source, 'events:detail-type': pushedTag.detailType },
      Null: { 'events:source': 'false', 'events:detail-type': 'false' },
    });
  });

  it('builds from GitHub through the connection, and no longer from CodeCommit', () => {
    const [, project] = only('AWS::CodeBuild::Project');
    expect(project.Properties['Source']).toMatchObject({
      Type: 'GITHUB',
      Location: 'https://github.com/example/webhook.git',
      ReportBuildStatus: false,
      Auth: { Type: 'CODECONNECTIONS', Resource: gitHubSource.connectionArn },
    });
    expect(project.Properties).not.toHaveProperty('Triggers');
    const { grants } = roleOf('ImageBuildRole');
    expect(
      grants
        .filter(({ resource }) => resource === gitHubSource.connectionArn)
        .map(({ action }) => action)
        .sort(),
    ).toEqual(['codeconnections:GetConnection', 'codeconnections:GetConnectionToken']);
    expect(JSON.stringify(machine)).not.toMatch(/codecommit/i);
  });

  it('lets AcceptTag read the token of GitHub, and the functions know its name only', () => {
    const tokens = roleOf('AcceptTagRole').grants.filter(({ action }) => action.startsWith('secretsmanager:'));
    expect(tokens.map(({ resource }) => resource)).toEqual([
      expect.stringMatching(/:secret:example\/github-\?{6}$/),
      expect.stringMatching(/:secret:example\/github-\?{6}$/),
    ]);
    const { host, repository, tokenSecretName } = gitHubSource;
    for (const step of ['AcceptTag', 'StartRelease']) {
      const [, { Properties }] = ofType(machine, 'AWS::Lambda::Function').find(([id]) => id.startsWith(`${step}Function`))!;
      expect(JSON.parse(Properties['Environment'].Variables.SOURCE)).toEqual({ host, repository, tokenSecretName });
    }
  });

  it('tells people what the workflow needs', () => {
    expect(flat(machine.Outputs?.['WorkflowRole']?.Value)).toMatch(/TriggerGitHubRole/);
    expect(machine.Outputs?.['WorkflowSubject']?.Value).toBe(gitHubSource.subject);
  });
});
