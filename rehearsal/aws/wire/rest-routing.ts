import type { Request } from './message.ts';
import { type Model, members, type Operation, required } from './schema.ts';

/** The `http` trait of one operation, ready to be compared with a request. */
interface Route {
  readonly operation: Operation;
  readonly method: string;
  readonly pattern: RegExp;
  readonly labels: readonly string[];
  /** `?x-id=GetObject`, `?acl`: part of the template. */
  readonly query: readonly (readonly [string, string])[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  /** For services whose first path segment is not in the template: whether the operation takes it. */
  readonly takesPrefix: boolean;
}

function routeOf(operation: Operation, prefixLabel?: string): Route | undefined {
  const [method, template] = operation.traits.http ?? [];
  if (!method || !template) return undefined;
  const [path = '/', query = ''] = template.split('?');
  const labels: string[] = [];
  const pattern = path.replace(/[.]/g, '\\.').replace(/\{(\w+)(\+?)\}/g, (_, label: string, greedy: string) => {
    labels.push(label);
    return greedy ? '(.+)' : '([^/]+)';
  });
  const must = required(operation.input);
  const traits = members(operation.input).map(([name, member]) => ({ name, ...member.getMergedTraits() }));
  return {
    operation,
    method,
    pattern: new RegExp(`^${pattern}/?$`),
    labels,
    query: [...new URLSearchParams(query)],
    requiredQuery: traits.flatMap(({ name, httpQuery }) => (httpQuery && must.has(name) ? [httpQuery] : [])),
    requiredHeaders: traits.flatMap(({ name, httpHeader }) => (httpHeader && must.has(name) ? [httpHeader.toLowerCase()] : [])),
    takesPrefix: prefixLabel !== undefined && traits.some(({ name }) => name === prefixLabel),
  };
}

/** How well a request fits, or undefined when it does not. The most specific template wins: GetObjectAcl before GetObject. */
function score(route: Route, request: Request): number | undefined {
  let points = -route.labels.length;
  for (const [name, value] of route.query) {
    const given = request.query.get(name);
    if (given === null) {
      // Only the SDK sends x-id; without it the rest of the request has to decide.
      if (name !== 'x-id') return undefined;
    } else if (value && given !== value) return undefined;
    else points += 10;
  }
  if (!route.requiredQuery.every((name) => request.query.has(name))) return undefined;
  if (!route.requiredHeaders.every((name) => request.headers[name] !== undefined)) return undefined;
  return points + 5 * (route.requiredQuery.length + route.requiredHeaders.length);
}

export interface Routed {
  readonly operation: Operation;
  readonly labels: Readonly<Record<string, string>>;
}

export function createRouter(model: Model, prefixLabel?: string): (request: Request) => Routed | undefined {
  const routes = [...model.operations.values()].flatMap((operation) => routeOf(operation, prefixLabel) ?? []);
  return (request) => {
    const [prefix, path] = prefixLabel ? splitPrefix(request.path) : [undefined, request.path];
    let best: { route: Route; match: RegExpExecArray; points: number } | undefined;
    for (const route of routes) {
      if (route.method !== request.method || (prefixLabel && route.takesPrefix !== (prefix !== undefined))) continue;
      const match = route.pattern.exec(path);
      const points = match ? score(route, request) : undefined;
      if (match && points !== undefined && (!best || points > best.points)) best = { route, match, points };
    }
    if (!best) return undefined;
    const labels = Object.fromEntries(best.route.labels.map((label, at) => [label, decodeURIComponent(best.match[at + 1]!)]));
    return { operation: best.route.operation, labels: prefixLabel && prefix ? { [prefixLabel]: prefix, ...labels } : labels };
  };
}

/** `/bucket/a/key` → `['bucket', '/a/key']`; `/` → `[undefined, '/']`. */
function splitPrefix(path: string): [prefix: string | undefined, rest: string] {
  const [, first, rest] = /^\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  return first ? [decodeURIComponent(first), rest ?? '/'] : [undefined, '/'];
}
