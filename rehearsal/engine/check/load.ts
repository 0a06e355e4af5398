import type { Definition } from '../definition.ts';
import { MACHINE_FIELDS } from './fields.ts';
import { checkFlow } from './flow.ts';
import { Problems } from './problems.ts';

/** A definition that this engine does not run, with everything that is wrong with it. */
export class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Invalid State Machine Definition: '${problems.join(', ')}'`);
    this.problems = problems;
  }
}

/**
 * Reads a definition and checks all of it, so that a mistake is told before anything runs.
 * @param text JSON, as DefinitionString holds it
 * @param refuse says why a Task's Resource cannot be called, by name; undefined when it can. @default - every resource is taken
 * @throws InvalidDefinition with every problem at once
 */
export function loadDefinition(text: string, refuse: (resource: string) => string | undefined = () => undefined): Definition {
  const machine = parse(text);
  const problems = new Problems();
  if (machine.QueryLanguage !== 'JSONata') {
    problems.add('/QueryLanguage', `'${machine.QueryLanguage ?? 'JSONPath'}' is not supported: this engine runs JSONata only`);
  }
  problems.unknownFields('', machine, MACHINE_FIELDS);
  const limit = machine.TimeoutSeconds;
  if (limit !== undefined && !(Number.isInteger(limit) && Number(limit) > 0)) problems.add('/TimeoutSeconds', 'must be an integer above 0');
  if (machine.Version !== undefined && machine.Version !== '1.0')
    problems.add('/Version', `'${machine.Version}' is not supported, only 1.0`);
  checkFlow(machine, '', { problems, refuse, names: new Map(), outerVariables: new Set() });
  if (problems.found.length) throw new InvalidDefinition(problems.found);
  return machine as unknown as Definition;
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidDefinition([`INVALID_JSON_DESCRIPTION: ${(error as Error).message}`]);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InvalidDefinition(['SCHEMA_VALIDATION_FAILED: the definition is not an object']);
}
