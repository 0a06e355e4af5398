import { JSONPATH_FIELDS } from './fields.ts';

/** Anything in a definition before it was checked. */
export type Unchecked = Record<string, unknown>;

export const isObject = (value: unknown): value is Unchecked => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Collects what is wrong with a definition, each problem with its place: `/States/Deploy/Retry[0]`. */
export class Problems {
  readonly found: string[] = [];

  add(place: string, what: string, code = 'SCHEMA_VALIDATION_FAILED'): void {
    this.found.push(`${code}: ${what} at ${place || '/'}`);
  }

  unknownFields(place: string, holder: Unchecked, known: readonly string[]): void {
    for (const field of Object.keys(holder)) {
      if (known.includes(field)) continue;
      const jsonPath = JSONPATH_FIELDS.includes(field) || field.endsWith('.$');
      this.add(
        `${place}/${field}`,
        jsonPath ? `the JSONPath field '${field}' is not supported in JSONata` : `the field '${field}' is not supported here`,
      );
    }
  }

  requireText(place: string, holder: Unchecked, field: string): holder is Unchecked {
    if (typeof holder[field] === 'string' && holder[field] !== '') return true;
    this.add(place, `the field '${field}' is required and must be a string`);
    return false;
  }
}
