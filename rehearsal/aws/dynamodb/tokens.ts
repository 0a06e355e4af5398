import { validation } from './errors.ts';

export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'symbol' | 'end';
  readonly text: string;
}

const PATTERN = /\s*(?:(#\w+)|(:\w+)|([A-Za-z_][\w-]*)|(\d+)|(<>|<=|>=|[=<>(),.[\]+-]))/y;
const KINDS = ['name', 'value', 'word', 'number', 'symbol'] as const;

/** Splits an expression. @param kind how AWS calls it in its messages: `ConditionExpression` */
export function tokenize(kind: string, text: string): Token[] {
  const tokens: Token[] = [];
  PATTERN.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== ''; at = PATTERN.lastIndex) {
    PATTERN.lastIndex = at;
    const match = PATTERN.exec(text);
    if (!match) throw validation(`Invalid ${kind}: Syntax error; token: "${text.slice(at).trim()[0]}", near: "${text.slice(at, at + 20)}"`);
    const group = match.slice(1).findIndex((found) => found !== undefined);
    tokens.push({ kind: KINDS[group]!, text: match[group + 1]! });
  }
  return [...tokens, { kind: 'end', text: '<EOF>' }];
}
