import type { CreateChangeSetInput } from '@aws-sdk/client-cloudformation';
import type { Principal } from '../../kernel.ts';
import { checkCapabilities } from '../capabilities.ts';
import { type Engine, provisionerOf } from '../engine.ts';
import { messageOf, notSupported, tokenAlreadyExists, validationError } from '../errors.ts';
import { parameterValues } from '../parameters.ts';
import { checkReferences } from '../references.ts';
import type { Goal, Stack } from '../stack.ts';
import { parseTemplate } from '../template.ts';

const MAX_BODY = 51_200;
const MAX_TEMPLATE = 1_000_000;
const MAX_RESOURCES = 500;

/** Reads a template by its S3 URL. */
export type Templates = (url: string) => Promise<string>;

type Request = Pick<CreateChangeSetInput, 'TemplateBody' | 'TemplateURL' | 'UsePreviousTemplate' | 'Parameters' | 'Capabilities' | 'Tags'>;

/** What a request asks a stack to become, checked as AWS checks it before it accepts the call. Throws ValidationError. */
export function goalOf(engine: Engine, body: string, stack: Stack | undefined, input: Omit<Request, 'TemplateBody'>): Goal {
  const template = parseTemplate(body);
  const count = Object.keys(template.Resources).length;
  if (count > MAX_RESOURCES) {
    throw validationError(`Template format error: Number of resources, ${count}, is greater than maximum allowed, ${MAX_RESOURCES}`);
  }
  checkReferences(template);
  for (const { Type } of Object.values(template.Resources)) provisionerOf(engine, Type);
  const capabilities = input.Capabilities ?? [];
  const parameters = parameterValues(template, input.Parameters ?? [], stack?.goal?.parameters);
  checkCapabilities(template, capabilities);
  // Without tags in the request the stack keeps those it has.
  const tags = input.Tags ? Object.fromEntries(input.Tags.map(({ Key, Value }) => [Key!, Value!])) : (stack?.goal?.tags ?? {});
  return { body, template, parameters, tags, capabilities };
}

export async function bodyOf(
  engine: Engine,
  templates: Templates,
  principal: Principal,
  stack: Stack | undefined,
  input: Request,
): Promise<string> {
  const { TemplateBody, TemplateURL, UsePreviousTemplate } = input;
  if ([TemplateBody, TemplateURL, UsePreviousTemplate || undefined].filter((each) => each !== undefined).length !== 1) {
    throw validationError('Either Template URL or Template Body must be specified.');
  }
  if (UsePreviousTemplate) {
    if (!stack?.goal) throw validationError('No previous template found. A template must be specified.');
    return stack.goal.body;
  }
  if (TemplateURL !== undefined) return fetched(engine, templates, principal, TemplateURL);
  if (Buffer.byteLength(TemplateBody!) > MAX_BODY) {
    throw validationError(
      `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${MAX_BODY}`,
    );
  }
  return TemplateBody!;
}

/** CloudFormation reads the template in the caller's name. */
async function fetched({ iam }: Engine, templates: Templates, principal: Principal, url: string): Promise<string> {
  let body: string;
  try {
    await iam.authorize(principal, { action: 's3:GetObject', resource: objectArn(url) });
    body = await templates(url);
  } catch (error) {
    throw validationError(`S3 error: ${messageOf(error)}`);
  }
  if (Buffer.byteLength(body) > MAX_TEMPLATE) throw validationError(`Template may not exceed ${MAX_TEMPLATE} bytes in size.`);
  return body;
}

/** Of `https://BUCKET.s3.REGION.amazonaws.com/KEY` and of `http://HOST/BUCKET/KEY`. */
function objectArn(url: string): string {
  const { hostname, pathname } = new URL(url);
  const bucket = /^(.+)\.s3[.-]/.exec(hostname)?.[1];
  const path = decodeURIComponent(pathname.slice(1));
  return `arn:aws:s3:::${bucket === undefined ? path : `${bucket}/${path}`}`;
}

/** Refuses by name what would be ignored. */
export function refuseOptions(input: object, operation: string, options: readonly string[]): void {
  for (const [name, value] of Object.entries(input)) {
    const empty = value === undefined || value === false || (typeof value === 'object' && Object.keys(value as object).length === 0);
    if (options.includes(name) && !empty) throw notSupported(`${name} of ${operation}`);
  }
}

/** In whose name resources are made: the role that is given, else the stack's, else the caller. Throws ValidationError. */
export async function principalFor({ iam, world }: Engine, roleArn: string | undefined, caller: Principal): Promise<Principal> {
  if (roleArn === undefined) return caller;
  try {
    return await iam.assume(roleArn, 'cloudformation.amazonaws.com', 'AWSCloudFormation');
  } catch (error) {
    // AWS does not tell which of the two it is; the log does.
    world.log(`cloudformation: ${messageOf(error)}`);
    throw validationError(`Role ${roleArn} is invalid or cannot be assumed`);
  }
}

/**
 * Whether this very request was accepted before, so that nothing is to be done again.
 * Throws TokenAlreadyExistsException when its token was used for something else.
 */
export function isRepeated(stack: Stack, token: string | undefined, request: string): boolean {
  if (token === undefined) return false;
  const before = stack.tokens.get(token);
  if (before !== undefined && before !== request) throw tokenAlreadyExists(token);
  return before !== undefined;
}

export function remember(stack: Stack, token: string | undefined, request: string): void {
  if (token !== undefined) stack.tokens.set(token, request);
}
