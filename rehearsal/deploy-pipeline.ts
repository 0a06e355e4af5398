import type { Cloud } from './aws/cloud.ts';
import type { CloudAssembly } from './cloud-assembly.ts';

/** One action of one step's role. */
export interface Withheld {
  readonly step: string;
  readonly action: string;
}

/**
 * Deploys everything but the Service stacks, which belong to releases.
 * @param baseImage what the service's image is built on here; null: what the template names
 * @returns stack name → its outputs
 */
export async function deployPipeline(
  cloud: Cloud,
  assembly: CloudAssembly,
  stages: readonly { serviceStack: string }[],
  { withhold, baseImage }: { withhold?: Withheld; baseImage: string | null },
): Promise<Map<string, Record<string, string>>> {
  const stacks = assembly.stacks().filter((name) => !stages.some((stage) => stage.serviceStack === name));
  assembly.publish(stacks, cloud.world);
  const outputs = new Map<string, Record<string, string>>();
  for (const stackName of stacks) {
    const template = assembly.template(stackName);
    outputs.set(
      stackName,
      await cloud.cloudformation.deploy({
        stackName,
        template: withhold && stackName === 'ReleaseMachine' ? without(template, withhold) : template,
        // No registry is reached from here: Docker builds on an image that this machine holds.
        ...(baseImage && stackName === 'ReleaseMachine' && { parameters: { BaseImage: baseImage } }),
      }),
    );
  }
  return outputs;
}

/** The template with one action taken out of the policy of one step. Throws when the step has no such action: nothing would be withheld. */
function without(template: string, { step, action }: Withheld): string {
  const document = JSON.parse(template) as {
    Resources: Record<string, { Type: string; Properties: { PolicyDocument?: { Statement: { Action: string | string[] }[] } } }>;
  };
  const policies = Object.entries(document.Resources).filter(
    ([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(`${step}Role`),
  );
  const statements = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument?.Statement ?? []);
  const granted = statements.flatMap(({ Action }) => Action);
  if (!granted.includes(action)) throw new NothingWithheld(step, action, granted);
  for (const statement of statements) {
    const left = [statement.Action].flat().filter((name) => name !== action);
    // A statement needs an action: one that nothing asks for takes the place of the last.
    statement.Action = left.length > 0 ? left : ['none:Nothing'];
  }
  return JSON.stringify(document);
}

/** What was to be withheld is not there. */
export class NothingWithheld extends Error {
  override readonly name = 'NothingWithheld';

  constructor(step: string, action: string, granted: readonly string[]) {
    const has =
      granted.length > 0
        ? `it has ${[...new Set(granted)].sort().join(', ')}`
        : 'there is no such step; names are those of the machine, as in Deploy';
    super(`${step} has no action ${action} to withhold: ${has}.`);
  }
}
