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
        template: withhold ? without(template, withhold) : template,
        // No registry is reached from here: Docker builds on an image that this machine holds.
        ...(baseImage && stackName === 'ReleaseMachine' && { parameters: { BaseImage: baseImage } }),
      }),
    );
  }
  return outputs;
}

/** The template with one action taken out of the policy of one step. */
function without(template: string, { step, action }: Withheld): string {
  const document = JSON.parse(template) as {
    Resources: Record<string, { Type: string; Properties: { PolicyDocument?: { Statement: { Action: string | string[] }[] } } }>;
  };
  for (const [id, { Type, Properties }] of Object.entries(document.Resources)) {
    if (Type !== 'AWS::IAM::Policy' || !id.startsWith(`${step}Role`) || !Properties.PolicyDocument) continue;
    for (const statement of Properties.PolicyDocument.Statement) {
      const left = [statement.Action].flat().filter((name) => name !== action);
      // A statement needs an action: one that nothing asks for takes the place of the last.
      statement.Action = left.length > 0 ? left : ['none:Nothing'];
    }
  }
  return JSON.stringify(document);
}
