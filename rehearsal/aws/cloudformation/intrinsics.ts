import { cidrBlocks } from './cidr.ts';
import { conditionHolds } from './conditions.ts';
import { notSupported, validationError } from './errors.ts';
import type { Template } from './template.ts';

/** Where the values of a template come from. */
export interface Scope {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  /** `AWS::Region` and its like. */
  readonly pseudo: Readonly<Record<string, string | readonly string[]>>;
  /** What `Ref` of a resource gives; throws when there is no such resource. */
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  /** Throws when nobody exports the name. */
  importValue(name: string): string;
}

type Intrinsic = (argument: never, scope: Scope) => unknown;

const NO_VALUE = Symbol('AWS::NoValue');

/** The value with every intrinsic function replaced by what it gives, and what is AWS::NoValue left out. */
export function resolve(value: unknown, scope: Scope): unknown {
  const resolved = walk(value, scope);
  return resolved === NO_VALUE ? undefined : resolved;
}

function walk(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return literal(value);
  if (Array.isArray(value)) return value.map((each) => walk(each, scope)).filter((each) => each !== NO_VALUE);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
    const intrinsic = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
    if (!intrinsic) throw notSupported(`Intrinsic function ${name}`);
    return intrinsic(argument as never, scope);
  }
  return Object.fromEntries(entries.map(([key, each]) => [key, walk(each, scope)]).filter(([, each]) => each !== NO_VALUE));
}

function literal(text: string): string {
  const dynamic = /\{\{resolve:[^}]*\}\}/.exec(text)?.[0];
  if (dynamic) throw notSupported(`Dynamic reference ${dynamic}`);
  return text;
}

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name: string, scope) => reference(name, scope),
  'Fn::GetAtt': (argument: string | [string, unknown], scope) => {
    const [logicalId, attribute] = splitAttribute(argument);
    return scope.attribute(logicalId, text(attribute, scope));
  },
  'Fn::Join': ([separator, parts]: [string, unknown], scope) => list(parts, scope, 'Fn::Join').join(separator),
  'Fn::Split': ([separator, source]: [string, unknown], scope) => text(source, scope).split(separator),
  'Fn::Select': ([index, from]: [unknown, unknown], scope) => {
    const values = list(from, scope, 'Fn::Select');
    const at = Number(walk(index, scope));
    if (!(at in values)) throw validationError(`Template error: Fn::Select cannot select nonexistent value at index ${at}`);
    return values[at];
  },
  'Fn::Sub': (argument: string | [string, Record<string, unknown>], scope) => substitute(argument, scope),
  'Fn::If': ([condition, then, otherwise]: [string, unknown, unknown], scope) =>
    walk(conditionHolds(condition, scope) ? then : otherwise, scope),
  'Fn::FindInMap': (argument: [unknown, unknown, unknown], scope) => {
    const [map, first, second] = argument.map((each) => text(each, scope)) as [string, string, string];
    const found = scope.template.Mappings?.[map]?.[first]?.[second];
    if (found === undefined) throw validationError(`Template error: Unable to get mapping for ${map}::${first}::${second}`);
    return found;
  },
  'Fn::Base64': (argument: unknown, scope) => Buffer.from(text(argument, scope)).toString('base64'),
  'Fn::GetAZs': (argument: unknown, scope) => {
    const region = text(argument, scope) || String(scope.pseudo['AWS::Region']);
    return ['a', 'b', 'c'].map((zone) => region + zone);
  },
  'Fn::ImportValue': (argument: unknown, scope) => scope.importValue(text(argument, scope)),
  'Fn::Cidr': (argument: [unknown, unknown, unknown], scope) => {
    const [block, count, bits = 8] = argument.map((each) => walk(each, scope));
    return cidrBlocks(String(block), Number(count), Number(bits));
  },
};

function reference(name: string, scope: Scope): unknown {
  if (name === 'AWS::NoValue') return NO_VALUE;
  if (name in scope.pseudo) return scope.pseudo[name];
  if (name in scope.parameters) return scope.parameters[name];
  return scope.ref(name);
}

function substitute(argument: string | [string, Record<string, unknown>], scope: Scope): string {
  const [template, variables] = typeof argument === 'string' ? [argument, {} as Record<string, unknown>] : argument;
  return template.replace(/\$\{(!?)([^}]+)\}/g, (_whole, escaped: string, name: string) => {
    if (escaped) return `\${${name}}`;
    const key = name.trim();
    if (Object.hasOwn(variables, key)) return text(variables[key], scope);
    return String(key.includes('.') ? scope.attribute(...splitAttribute(key)) : reference(key, scope));
  });
}

/** `Bucket.Arn` or `["Bucket", "Arn"]`; attribute names may hold dots themselves. */
export function splitAttribute(argument: string | [string, unknown]): [logicalId: string, attribute: string] {
  if (typeof argument !== 'string') return argument as [string, string];
  const dot = argument.indexOf('.');
  return [argument.slice(0, dot), argument.slice(dot + 1)];
}

function list(value: unknown, scope: Scope, inside: string): unknown[] {
  const resolved = walk(value, scope);
  if (!Array.isArray(resolved)) throw validationError(`Template error: every ${inside} object requires a list of values`);
  return resolved;
}

const text = (value: unknown, scope: Scope): string => String(walk(value, scope));
