import { Refused } from '../wire/errors.ts';

/** The one question that this stand-in understands, taken apart. */
export interface Query {
  readonly database: string;
  readonly view: string;
  /** Bucket that the view is about. */
  readonly bucket: string;
  readonly column: string;
  /** Key of the user metadata, and the value that it must have. */
  readonly key: string;
  readonly value: string;
  readonly limit: number;
}

const shape =
  /^SELECT DISTINCT (pkg_name) FROM "([^"]+)"\."(([^"]+)_packages-view)" WHERE json_extract_scalar\(user_meta, '\$\.(\w+)'\) = \? ORDER BY pkg_name LIMIT (\d+)$/;

/** Throws Refused for any other SQL: an answer to what was not understood would be a guess. */
export function readQuery(sql: string, parameters: readonly string[]): Query {
  const [, column, database, view, bucket, key, limit] = shape.exec(sql) ?? [];
  if (!column || !database || !view || !bucket || !key)
    throw new Refused(
      'NotImplemented',
      `This stand-in answers one query, of a packages view by one metadata key. It does not know: ${sql}`,
    );
  const [literal = '', ...more] = parameters;
  // A text without quotes would be read as the name of a column.
  const value = /^'((?:[^']|'')*)'$/.exec(literal)?.[1]?.replaceAll("''", "'");
  if (value === undefined || more.length > 0)
    throw new Refused(
      'NotImplemented',
      `The query takes one execution parameter, a literal in single quotes; given: ${parameters.join(', ')}`,
    );
  return { database, view, bucket, column, key, value, limit: Number(limit) };
}
