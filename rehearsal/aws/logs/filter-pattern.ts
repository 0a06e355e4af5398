import { InvalidParameterException } from '@aws-sdk/client-cloudwatch-logs';
import { saying } from '../sdk-words.ts';

/**
 * Reads a filter pattern of terms: all of them must occur, `?term`s at least one, `-term`s none; `"two words"` is one term. Matching minds
 * the case. JSON and space-delimited patterns (`{…}`, `[…]`) and regular expressions (`%…%`) are refused by name.
 */
export function parseFilterPattern(pattern: string | undefined): (message: string) => boolean {
  const text = pattern?.trim() ?? '';
  if (/^[{[]|%/.test(text))
    throw new InvalidParameterException(saying(`The filter pattern ${text} is not supported by this stand-in: terms only.`));
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign, quoted, bare]) => ({
    sign,
    term: quoted?.replace(/\\(.)/g, '$1') ?? bare!,
  }));
  const of = (sign: string) => terms.filter((term) => term.sign === sign).map(({ term }) => term);
  const [all, any, none] = [of(''), of('?'), of('-')];
  return (message) =>
    all.every((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term))) &&
    !none.some((term) => message.includes(term));
}
