import type { Measurement } from '../kernel.ts';

interface Directive {
  readonly Namespace?: string;
  readonly Dimensions?: readonly (readonly string[])[];
  readonly Metrics?: readonly { readonly Name?: string }[];
}

/**
 * Metrics that lie in a line of a log in the embedded metric format: each value once for each set of dimensions. A line that is no JSON, or
 * names what is not in it, holds none: CloudWatch says nothing of such a line either.
 */
export function embeddedMetrics(line: string): Measurement[] {
  // Nearly every line is none: those are not parsed.
  if (!line.startsWith('{') || !line.includes('"CloudWatchMetrics"')) return [];
  const members = parsed(line);
  const { CloudWatchMetrics = [] } = (members['_aws'] ?? {}) as { CloudWatchMetrics?: readonly Directive[] };
  return CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions = [], Metrics = [] }) =>
    Dimensions.flatMap((set) => {
      const dimensions = Object.fromEntries(set.map((name) => [name, members[name]]));
      if (!namespace || !allTexts(dimensions)) return [];
      return Metrics.flatMap(({ Name: name = '' }) =>
        [members[name]].flat().flatMap((value) => (typeof value === 'number' ? [{ namespace, name, dimensions, value }] : [])),
      );
    }),
  );
}

const allTexts = (values: Record<string, unknown>): values is Record<string, string> =>
  Object.values(values).every((value) => typeof value === 'string');

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
