import { execFile } from 'node:child_process';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assemble } from '../rehearsal/assembly.ts';

const run = promisify(execFile);
export const root = fileURLToPath(new URL('..', import.meta.url));

export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: properties are whatever CloudFormation says
  Properties: Record<string, any>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}
export interface Template {
  Resources: Record<string, Resource>;
  Parameters?: Record<string, { AllowedPattern?: string }>;
  Outputs?: Record<string, { Value: unknown }>;
}

/** Templates of the pipeline as `cdk synth` makes them, by stack name. Synthesized once for all tests, in a child process. */
export async function templates(): Promise<(stack: string) => Template> {
  const { directory } = await assemble(root);
  return (stack) => JSON.parse(readFileSync(join(directory, `${stack}.template.json`), 'utf8')) as Template;
}

/** Whether CloudFormation refuses to delete a stack until a person takes the protection off: said in the manifest, not in the template. */
export async function isProtected(stack: string): Promise<boolean> {
  const { directory } = await assemble(root);
  const { artifacts } = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { properties?: { terminationProtection?: boolean } }>;
  };
  return artifacts[stack]?.properties?.terminationProtection === true;
}

/** Folder of the assembly that holds the self-update, made of the same bundles. Synthesized once for each state of the sources. */
export async function selfUpdateAssembly(): Promise<string> {
  const { directory } = await assemble(root);
  const target = join(directory, '..', 'self-update.out');
  if (existsSync(target)) return target;
  const variables = {
    CDK_CONTEXT_JSON: JSON.stringify({ 'self-update': 'true' }),
    CDK_OUTDIR: `${target}.${process.pid}`,
    RELEASE_BUNDLES: join(directory, '..', 'bundles'),
  };
  await run(process.execPath, ['--import', 'tsx', 'pipeline/app.ts'], { cwd: root, env: { ...process.env, ...variables } });
  renameSync(variables.CDK_OUTDIR, target);
  return target;
}

/** `[logicalId, resource]` of one type. */
export const ofType = (template: Template, type: string) =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** Intrinsics as text: `${LogicalId}`, `${LogicalId.Attribute}`. Joins are joined. */
export function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument] = ['', undefined]] = Object.entries(value as Record<string, unknown>);
  if (name === 'Ref') return `\${${argument}}`;
  if (name === 'Fn::GetAtt') return `\${${(argument as string[]).join('.')}}`;
  if (name === 'Fn::ImportValue') return flat(argument);
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(flat).join((argument as [string])[0]);
  throw new Error(`intrinsic ${name} is not known here`);
}

/** IAM statements of a role: `[action, resource]` pairs, allowed ones. */
export function grantsOf(template: Template, roleId: string): { action: string; resource: string }[] {
  return ofType(template, 'AWS::IAM::Policy')
    .filter(([, policy]) => policy.Properties['Roles'].some((role: { Ref: string }) => role.Ref === roleId))
    .flatMap(
      ([, policy]) => policy.Properties['PolicyDocument'].Statement as { Effect: string; Action: string | string[]; Resource: unknown }[],
    )
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((resource) => ({ action, resource: flat(resource) }))),
    );
}

/** Every role of a template with what it is allowed. Only policies of their own are read: a test says that there are no others. */
export const allRoles = (template: Template) =>
  ofType(template, 'AWS::IAM::Role').map(([id, { Properties }]) => ({ id, properties: Properties, grants: grantsOf(template, id) }));
