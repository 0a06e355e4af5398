import type { Properties } from '../kernel.ts';
import { messageOf, notSupported, validationError } from './errors.ts';

export interface ParameterDefinition {
  readonly Type: string;
  readonly Default?: string | number;
  readonly AllowedPattern?: string;
  readonly AllowedValues?: readonly (string | number)[];
  readonly MinLength?: number | string;
  readonly MaxLength?: number | string;
  readonly MinValue?: number | string;
  readonly MaxValue?: number | string;
  readonly ConstraintDescription?: string;
  readonly Description?: string;
  readonly NoEcho?: boolean | string;
}

export type Policy = 'Delete' | 'Retain' | 'RetainExceptOnCreate';

export interface ResourceDefinition {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: Policy;
  readonly UpdateReplacePolicy?: Policy;
  readonly Metadata?: unknown;
}

export interface OutputDefinition {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

export interface Template {
  readonly Description?: string;
  readonly Parameters?: Readonly<Record<string, ParameterDefinition>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, ResourceDefinition>>;
  readonly Outputs?: Readonly<Record<string, OutputDefinition>>;
  readonly Metadata?: unknown;
}

const SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
]);
const ATTRIBUTES = new Set(['Type', 'Properties', 'DependsOn', 'Condition', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata']);
const POLICIES = new Set<unknown>([undefined, 'Delete', 'Retain', 'RetainExceptOnCreate']);

/** Reads a JSON template (CDK writes no other). Throws ValidationError for what is malformed and for what would be ignored here. */
export function parseTemplate(body: string): Template {
  let template: Template;
  try {
    template = JSON.parse(body) as Template;
  } catch (error) {
    throw validationError(`Template format error: JSON not well-formed. ${messageOf(error)}`);
  }
  for (const section of Object.keys(template)) if (!SECTIONS.has(section)) throw notSupported(`Template section ${section}`);
  if (!template.Resources || Object.keys(template.Resources).length === 0) {
    throw validationError('Template format error: At least one Resources member must be defined.');
  }
  for (const [logicalId, definition] of Object.entries(template.Resources)) checkResource(logicalId, definition);
  return template;
}

function checkResource(logicalId: string, definition: ResourceDefinition): void {
  if (typeof definition.Type !== 'string') {
    throw validationError(`Template format error: [/Resources/${logicalId}] Every Resources object must contain a Type member.`);
  }
  // A creation or update policy changes when a resource counts as ready: to ignore one would be a false success.
  for (const attribute of Object.keys(definition)) {
    if (!ATTRIBUTES.has(attribute)) throw notSupported(`Resource attribute ${attribute} of ${logicalId}`);
  }
  for (const attribute of ['DeletionPolicy', 'UpdateReplacePolicy'] as const) {
    if (!POLICIES.has(definition[attribute])) throw notSupported(`${attribute} ${definition[attribute]} of ${logicalId}`);
  }
}
