import { CATCHER_FIELDS, RETRIER_FIELDS } from './fields.ts';
import type { Check } from './flow.ts';
import { isObject, type Problems, type Unchecked } from './problems.ts';

export function checkRetriers(retriers: unknown, place: string, problems: Problems): void {
  for (const { item, at } of listed(retriers, `${place}/Retry`, problems)) {
    problems.unknownFields(at, item, RETRIER_FIELDS);
    const numbers: [string, number, boolean][] = [
      ['IntervalSeconds', 1, true],
      ['MaxAttempts', 0, true],
      ['BackoffRate', 1, false],
      ['MaxDelaySeconds', 1, true],
    ];
    for (const [field, least, whole] of numbers) {
      const value = item[field];
      if (value === undefined) continue;
      if (typeof value !== 'number' || value < least || (whole && !Number.isInteger(value))) {
        problems.add(at, `'${field}' must be ${whole ? 'an integer' : 'a number'} of at least ${least}`);
      }
    }
    if (Number(item.MaxDelaySeconds) <= Number(item.IntervalSeconds ?? 1))
      problems.add(at, "'MaxDelaySeconds' must exceed 'IntervalSeconds'");
    if (item.JitterStrategy !== undefined && item.JitterStrategy !== 'FULL' && item.JitterStrategy !== 'NONE') {
      problems.add(at, `the jitter strategy '${item.JitterStrategy}' is unknown, expected FULL or NONE`);
    }
  }
}

export function checkCatchers(
  catchers: unknown,
  place: string,
  check: Check,
  checkExit: (holder: Unchecked, place: string, check: Check) => void,
): void {
  for (const { item, at } of listed(catchers, `${place}/Catch`, check.problems)) {
    check.problems.unknownFields(at, item, CATCHER_FIELDS);
    check.problems.requireText(at, item, 'Next');
    checkExit(item, at, check);
  }
}

/** Retriers and catchers alike: each names errors, and `States.ALL` stands alone in the last one. */
function listed(value: unknown, place: string, problems: Problems): { item: Unchecked; at: string }[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    problems.add(place, 'must be an array');
    return [];
  }
  return value.flatMap((item, index) => {
    const at = `${place}[${index}]`;
    const names = isObject(item) ? item.ErrorEquals : undefined;
    if (!Array.isArray(names) || !names.length || names.some((name) => typeof name !== 'string')) {
      problems.add(at, "'ErrorEquals' must be a non-empty array of error names");
    } else if (names.includes('States.ALL') && (names.length > 1 || index < value.length - 1)) {
      problems.add(at, "'States.ALL' must appear alone and in the last place");
    }
    return isObject(item) ? [{ item, at }] : [];
  });
}
