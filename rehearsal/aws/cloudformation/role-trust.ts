import type { Properties } from '../kernel.ts';
import type { Engine } from './engine.ts';

/** A service that is given a role for its later work, and looks at once whether the role trusts it. */
interface Taker {
  /** Service principal that the role's trust policy must name. */
  readonly via: string;
  /** ARNs of the roles that a resource hands over. */
  roles(properties: Properties): readonly string[];
  /** What the service says of a role that it could not take on. */
  refusal(role: string): string;
}

/** Roles that are taken on without being looked at before, those of tasks and of stack operations, are refused where they are taken on. */
const takers: Readonly<Record<string, Taker>> = {
  'AWS::Lambda::Function': {
    via: 'lambda.amazonaws.com',
    roles: ({ Role }) => [Role],
    refusal: () => 'The role defined for the function cannot be assumed by Lambda. (Service: Lambda, Status Code: 400)',
  },
  'AWS::StepFunctions::StateMachine': {
    via: 'states.amazonaws.com',
    roles: ({ RoleArn }) => [RoleArn],
    refusal: () =>
      'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
  },
  'AWS::CodeBuild::Project': {
    via: 'codebuild.amazonaws.com',
    roles: ({ ServiceRole }) => [ServiceRole],
    refusal: (role) => `CodeBuild is not authorized to perform: sts:AssumeRole on ${role}`,
  },
  'AWS::Events::Rule': {
    via: 'events.amazonaws.com',
    roles: ({ Targets = [] }) => Targets.flatMap(({ RoleArn }: Properties) => RoleArn ?? []),
    refusal: (role) => `Provided role '${role}' cannot be assumed by principal 'events.amazonaws.com'.`,
  },
};

/** Rejects in the service's words when a resource hands over a role whose trust policy does not name the service. */
export async function checkTrust({ iam, world }: Engine, type: string, properties: Properties): Promise<void> {
  const taker = takers[type];
  for (const role of taker?.roles(properties) ?? []) {
    try {
      await iam.assume(role, taker!.via);
    } catch (error) {
      world.log(`cloudformation: ${type}: ${error instanceof Error ? error.message : error}`);
      throw new Error(`Resource handler returned message: "${taker!.refusal(role)}" (HandlerErrorCode: InvalidRequest)`);
    }
  }
}
