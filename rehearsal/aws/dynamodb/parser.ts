import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { validation } from './errors.ts';
import { RESERVED_WORDS } from './reserved-words.ts';
import { type Token, tokenize } from './tokens.ts';

/** Where an attribute is: a name, then names in maps and indexes in lists. */
export type Path = readonly [string, ...(string | number)[]];

/** The names and values that an expression's placeholders stand for. */
export interface Placeholders {
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, AttributeValue>>;
  /** Collects what was used: DynamoDB refuses placeholders that nothing uses. */
  readonly used: Set<string>;
}

/** Steps through the tokens of one expression. */
export class Parser {
  readonly kind: string;
  /** Top-level names of all attributes read so far. */
  readonly attributes = new Set<string>();
  readonly #tokens: readonly Token[];
  readonly #placeholders: Placeholders;
  #at = 0;

  constructor(kind: string, text: string, placeholders: Placeholders) {
    this.kind = kind;
    this.#tokens = tokenize(kind, text);
    this.#placeholders = placeholders;
  }

  /** The next token, or the one after it. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  /** Takes the word or symbol if it is next. Keywords mind no case. */
  accept(text: string): boolean {
    const { kind, text: next } = this.peek();
    const found = (kind === 'word' || kind === 'symbol') && next.toUpperCase() === text.toUpperCase();
    if (found) this.#at += 1;
    return found;
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail();
  }

  end(): void {
    if (this.peek().kind !== 'end') this.fail();
  }

  fail(): never {
    const near = this.#tokens
      .slice(Math.max(0, this.#at - 1), this.#at + 2)
      .map(({ text }) => text)
      .join(' ');
    throw validation(`Invalid ${this.kind}: Syntax error; token: ${this.peek().text}, near: "${near}"`);
  }

  path(): Path {
    const path: [string, ...(string | number)[]] = [this.#name()];
    this.attributes.add(path[0]);
    for (;;) {
      if (this.accept('.')) path.push(this.#name());
      else if (this.accept('[')) {
        const { kind, text } = this.next();
        if (kind !== 'number') this.fail();
        path.push(Number(text));
        this.expect(']');
      } else return path;
    }
  }

  value(): AttributeValue {
    if (this.peek().kind !== 'value') this.fail();
    const { text } = this.next();
    this.#placeholders.used.add(text);
    const value = this.#placeholders.values?.[text];
    if (!value)
      throw validation(`Invalid ${this.kind}: An expression attribute value used in expression is not defined; attribute value: ${text}`);
    return value;
  }

  #name(): string {
    if (this.peek().kind !== 'word' && this.peek().kind !== 'name') this.fail();
    const { kind, text } = this.next();
    if (kind === 'word' && RESERVED_WORDS.has(text.toUpperCase())) {
      throw validation(`Invalid ${this.kind}: Attribute name is a reserved keyword; reserved keyword: ${text}`);
    }
    if (kind === 'word') return text;
    this.#placeholders.used.add(text);
    const name = this.#placeholders.names?.[text];
    if (name === undefined)
      throw validation(
        `Invalid ${this.kind}: An expression attribute name used in the document path is not defined; attribute name: ${text}`,
      );
    return name;
  }
}
