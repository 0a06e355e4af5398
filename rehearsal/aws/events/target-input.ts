/** How a rule shapes what its target gets. At most one of the three. */
export interface TargetInput {
  /** JSON text, sent as it is in place of the event. */
  readonly Input?: string;
  /** `$.detail`: this part of the event. */
  readonly InputPath?: string;
  readonly InputTransformer?: { readonly InputPathsMap?: Readonly<Record<string, string>>; readonly InputTemplate: string };
}

export interface Envelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

const PATH = /^\$((?:\.[\w-]+|\[\d+\]|\['[^']+'\])*)$/;

/** The part of a value that a path names; undefined when there is none. Throws for paths with wildcards, filters and the like. */
export function select(path: string, value: unknown): unknown {
  const steps = PATH.exec(path)?.[1];
  if (steps === undefined) throw new Error(`The JSON path ${path} is not supported: only $.name, $['name'] and [0].`);
  const names = [...steps.matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/g)].map(([, name, index, quoted]) => name ?? index ?? quoted!);
  return names.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined),
    value,
  );
}

/** What the target gets for this event. */
export function shape(input: TargetInput, event: Envelope, rule: { readonly arn: string; readonly name: string }): unknown {
  if (input.Input !== undefined) return parsed(input.Input);
  if (input.InputPath !== undefined) return select(input.InputPath, event);
  if (!input.InputTransformer) return event;
  const { InputPathsMap = {}, InputTemplate } = input.InputTransformer;
  const values: Record<string, unknown> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': event.time,
    'aws.events.event': event,
    'aws.events.event.json': event,
  };
  for (const [name, path] of Object.entries(InputPathsMap)) values[name] = select(path, event);
  return parsed(fill(InputTemplate, values));
}

/** Replaces `<name>`: as text inside of a JSON string, as a JSON value outside. What is not in the event becomes an empty string. */
function fill(template: string, values: Readonly<Record<string, unknown>>): string {
  let inString = false;
  return template.replace(/\\.|"|<([\w.-]+)>/g, (found, name?: string) => {
    if (found === '"') inString = !inString;
    if (name === undefined || !(name in values)) return found;
    const value = values[name] ?? '';
    if (!inString) return JSON.stringify(value);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
}

/** A template may be any text; most are JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
