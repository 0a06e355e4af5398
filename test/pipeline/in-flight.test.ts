import { flat, ofType, type Template, templates } from '../assembly.ts';
import { machineOf } from './machine.ts';

/** Kept by every update and by the deletion of the stack; taken back only by a first deployment that fails. */
const stays = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };

describe('what a release in flight goes on with', () => {
  let machine: Template;
  let foundations: Template[];
  beforeAll(async () => {
    const template = await templates();
    machine = template('ReleaseMachine');
    foundations = ['StagingFoundation', 'ProdFoundation'].map(template);
  }, 120_000);

  it('is every function, with each of its versions', () => {
    for (const [, resource] of ofType(machine, 'AWS::Lambda::Function')) expect(resource).toMatchObject(stays);
    for (const [, resource] of ofType(machine, 'AWS::Lambda::Version')) expect(resource.DeletionPolicy).toBe('Retain');
  });

  it('is every role that a service assumes, with all its policies', () => {
    const roles = ofType(machine, 'AWS::IAM::Role').filter(([, { Properties }]) =>
      JSON.stringify(Properties['AssumeRolePolicyDocument']).includes('"Service"'),
    );
    expect(roles.length).toBeGreaterThan(20);
    for (const [, resource] of [...roles, ...ofType(machine, 'AWS::IAM::Policy')]) expect(resource).toMatchObject(stays);
  });

  it('is the role that its change set was made with', () => {
    for (const foundation of foundations) {
      const [[id, role] = []] = ofType(foundation, 'AWS::IAM::Role').filter(([name]) => name.startsWith('DeployRole'));
      const policies = ofType(foundation, 'AWS::IAM::Policy').filter(([, { Properties }]) => Properties['Roles'][0].Ref === id);
      expect(role).toMatchObject(stays);
      expect(policies.map(([, policy]) => policy)).toEqual([expect.objectContaining(stays)]);
    }
  });

  it('is called by a machine that may call every version of its steps, and names none in its policy', () => {
    const { States } = machineOf(machine);
    const versions = Object.values(States).flatMap(({ Arguments }) => /\$\{(\w+)\}/.exec(Arguments?.FunctionName ?? '')?.[1] ?? []);
    const functions = versions.map((id) => machine.Resources[id]?.Properties['FunctionName'].Ref as string);
    const policies = ofType(machine, 'AWS::IAM::Policy').filter(([id]) => id.startsWith('ReleaseRole'));
    const invoking = policies
      .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement as { Action: string; Resource: unknown }[])
      .filter(({ Action }) => Action === 'lambda:InvokeFunction');
    expect(functions.length).toBeGreaterThan(15);
    expect(
      invoking
        .flatMap(({ Resource }) => Resource)
        .map(flat)
        .sort(),
    ).toEqual(functions.map((id) => `\${${id}.Arn}:*`).sort());
  });
});

describe('the boundary', () => {
  let machine: Template;
  beforeAll(async () => {
    machine = (await templates())('ReleaseMachine');
  }, 120_000);

  it('holds every role of the machine stack', () => {
    const [[boundary] = []] = ofType(machine, 'AWS::IAM::ManagedPolicy').filter(([id]) => id.startsWith('Boundary'));
    const roles = ofType(machine, 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(20);
    expect(roles.filter(([, { Properties }]) => Properties['PermissionsBoundary']?.Ref !== boundary).map(([id]) => id)).toEqual([]);
  });

  it('stays with the roles that it holds, and is as small as IAM takes it', () => {
    const [[, boundary] = []] = ofType(machine, 'AWS::IAM::ManagedPolicy').filter(([id]) => id.startsWith('Boundary'));
    expect(boundary).toMatchObject(stays);
    // IAM counts 6,144 characters without white space; pseudo parameters become names of at most 20.
    expect(JSON.stringify(boundary?.Properties['PolicyDocument']).length).toBeLessThan(5_500);
  });
});
