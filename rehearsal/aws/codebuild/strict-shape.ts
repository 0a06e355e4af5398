import type * as z from 'zod';

/** Parses what a person wrote. Throws one Error that names every problem and every key that is not supported, with its path. */
export function parseStrictly<Shape extends z.ZodType>(shape: Shape, value: unknown, what: string): z.output<Shape> {
  const { success, data, error } = shape.safeParse(value);
  if (success) return data;
  const problems = error.issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [`${path || 'it'}: ${issue.message}`];
    return issue.keys.map((key) => `${path ? `${path}.` : ''}${key} is not supported by this stand-in`);
  });
  throw new Error(`${what}: ${problems.join('; ')}`);
}
