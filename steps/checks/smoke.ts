import { maskAccounts, type SmokeExpectations, type SmokeField, type SmokeSource } from '../../container/src/config/index.ts';
import type { SmokeCheck } from '../contract/deployment.ts';
import type { HttpAnswer, HttpClient, SampleSigner } from '../contract/ports.ts';
import { sampleRequests } from './smoke-samples.ts';

export interface SmokePorts {
  http: HttpClient;
  signer: SampleSigner;
}

/** What is tested, and what must be seen. */
export interface SmokeTarget {
  /** Address of the stage's load balancer, without a trailing slash. */
  url: string;
  /** `alias/release-sample/…` */
  sampleKeyAlias: string;
  /** Of the version that must be running: a tag brings its own. */
  expectations: SmokeExpectations;
  known: Readonly<Record<SmokeSource, string>>;
  now: Date;
}

/** Seconds for a probe; the load balancer itself gives up after 60. */
const probePatience = 10;

/**
 * Asks the running service everything that its version promises. Only the exact answer passes: a 404, a 403 or a slow answer does not. No
 * retries: what fails once for a caller has failed.
 */
export async function runSmoke(target: SmokeTarget, ports: SmokePorts): Promise<SmokeCheck[]> {
  const probes = target.expectations.probes.map((probe) =>
    check(probe.path, probe, target, () =>
      ports.http.request({ method: probe.method, url: `${target.url}${probe.path}`, timeoutSeconds: probePatience }),
    ),
  );
  const samples = (await sampleRequests(target, ports.signer)).map(({ name, expected, request }) =>
    check(name, expected, target, () => ports.http.request(request)),
  );
  return Promise.all([...probes, ...samples]);
}

interface Expected {
  status: number;
  fields: readonly SmokeField[];
  /** Milliseconds after which the answer comes too late. @default - only the request's own timeout */
  withinMs?: number;
}

async function check(name: string, expected: Expected, { known }: SmokeTarget, ask: () => Promise<HttpAnswer>): Promise<SmokeCheck> {
  try {
    const answer = await ask();
    const wrong = differences(answer, expected, known);
    const all = `status ${expected.status} and ${expected.fields.length} fields`;
    const words = (side: keyof Difference) => wrong.map((difference) => difference[side]).join(', ');
    return {
      name,
      passed: wrong.length === 0,
      expected: words('expected') || all,
      seen: words('seen') || all,
      milliseconds: answer.milliseconds,
    };
  } catch (error) {
    return { name, passed: false, expected: `status ${expected.status}`, seen: (error as Error).message, milliseconds: 0 };
  }
}

interface Difference {
  expected: string;
  seen: string;
}

/** What is not as it must be. Another status says all: its body is another document. */
function differences(
  answer: HttpAnswer,
  { status, fields, withinMs = Number.POSITIVE_INFINITY }: Expected,
  known: SmokeTarget['known'],
): Difference[] {
  const late =
    answer.milliseconds > withinMs
      ? [{ expected: `an answer within ${withinMs} ms`, seen: `answered after ${answer.milliseconds} ms` }]
      : [];
  if (answer.status !== status) return [{ expected: `status ${status}`, seen: `status ${answer.status}` }, ...late];
  const body = parse(answer.body);
  const wrong = fields
    .map((field) => ({ path: field.path, wanted: wantedOf(field, known), seen: at(body, field.path) }))
    .filter(({ wanted, seen }) => seen !== wanted)
    .map(({ path, wanted, seen }) => ({
      expected: `${path} = ${wanted}`,
      seen: `${path} = ${JSON.stringify(seen)?.slice(0, 200) ?? 'absent'}`,
    }));
  return [...wrong, ...late];
}

function wantedOf({ equals }: SmokeField, known: SmokeTarget['known']): string | number | boolean {
  if ('value' in equals) return equals.value;
  return equals.mask === 'accounts' ? maskAccounts(known[equals.from]) : known[equals.from];
}

const at = (body: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], body);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
