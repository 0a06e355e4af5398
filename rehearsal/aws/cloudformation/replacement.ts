import { isDeepStrictEqual } from 'node:util';
import type { Properties, Provisioner } from '../kernel.ts';

/** Top-level properties whose values differ. */
export const changedProperties = (before: Properties, after: Properties): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !isDeepStrictEqual(before[name], after[name]));

/** Whether a change of this property needs a new physical resource. */
export const replaces = ({ replaceOn }: Provisioner, property: string): boolean =>
  replaceOn === 'all' || (replaceOn?.includes(property) ?? false);
