import { ResourceNotFoundException } from '@aws-sdk/client-lambda';
import type { FunctionCode } from './function.ts';

interface Alias {
  readonly name: string;
  version: string;
  readonly description: string;
}

interface Known {
  latest: FunctionCode;
  readonly versions: Map<string, FunctionCode>;
  readonly aliases: Map<string, Alias>;
  published: number;
}

/** A name, a partial or a full ARN, each with or without a qualifier: as the API takes them. */
const REFERENCE = /^(?:arn:[^:]+:lambda:[^:]+:\d{12}:function:|\d{12}:(?:function:)?)?([A-Za-z0-9-_]+)(?::(\$LATEST|[A-Za-z0-9-_]+))?$/;

/** All functions with their versions and aliases. */
export class Functions {
  readonly #known = new Map<string, Known>();

  put(code: FunctionCode): void {
    const known = this.#known.get(code.name);
    if (known) known.latest = code;
    else this.#known.set(code.name, { latest: code, versions: new Map(), aliases: new Map(), published: 0 });
  }

  remove(name: string): void {
    this.#known.delete(name);
  }

  all(): FunctionCode[] {
    return [...this.#known.values()].map(({ latest }) => latest);
  }

  /** Numbers the present code. Gives the newest version when nothing changed since. */
  publish(reference: string): { code: FunctionCode; fresh: boolean } {
    const known = this.#find(reference);
    const newest = known.versions.get(String(known.published));
    if (newest && newest.revision === known.latest.revision) return { code: newest, fresh: false };
    known.published += 1;
    const code = { ...known.latest, version: String(known.published) };
    known.versions.set(code.version, code);
    return { code, fresh: true };
  }

  removeVersion(reference: string): void {
    const { name, qualifier } = parse(reference);
    this.#known.get(name)?.versions.delete(qualifier ?? '');
  }

  putAlias(reference: string, name: string, version: string, description = ''): string {
    const known = this.#find(reference);
    if (version !== '$LATEST' && !known.versions.has(version)) throw notFound(`${known.latest.arn}:${version}`);
    known.aliases.set(name, { name, version, description });
    return `${known.latest.arn}:${name}`;
  }

  removeAlias(arn: string): void {
    const { name, qualifier } = parse(arn);
    this.#known.get(name)?.aliases.delete(qualifier ?? '');
  }

  versions(reference: string): FunctionCode[] {
    const { latest, versions } = this.#find(reference);
    return [latest, ...versions.values()];
  }

  /** The code that a name, ARN or alias means. Throws ResourceNotFoundException. */
  resolve(reference: string, qualifier = parse(reference).qualifier ?? '$LATEST'): FunctionCode {
    const known = this.#find(reference);
    if (qualifier === '$LATEST') return known.latest;
    const code = known.versions.get(known.aliases.get(qualifier)?.version ?? qualifier);
    if (!code) throw notFound(`${known.latest.arn}:${qualifier}`);
    return code;
  }

  #find(reference: string): Known {
    const { name } = parse(reference);
    const known = this.#known.get(name);
    if (!known) throw notFound(reference);
    return known;
  }
}

export function parse(reference: string): { name: string; qualifier?: string } {
  const [, name = '', qualifier] = REFERENCE.exec(reference) ?? [];
  return { name, ...(qualifier !== undefined && { qualifier }) };
}

export const notFound = (reference: string): ResourceNotFoundException =>
  new ResourceNotFoundException({ message: `Function not found: ${reference}`, Type: 'User', $metadata: {} });
