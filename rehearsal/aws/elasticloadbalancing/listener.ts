import type { IncomingMessage } from 'node:http';
import type { Properties } from '../kernel.ts';
import type { TargetGroup } from './target-group.ts';

export interface Action {
  readonly type: 'forward' | 'fixed-response' | 'redirect';
  /** Where `forward` sends requests, with the share of each group. */
  readonly forward?: readonly { readonly targetGroupArn: string; readonly weight: number }[];
  readonly fixed?: { readonly status: number; readonly contentType: string; readonly body: string };
  readonly redirect?: { readonly status: number; readonly location: (request: IncomingMessage) => string };
}

export interface Rule {
  readonly arn: string;
  /** 1 is asked first; the default rule is asked last. */
  readonly priority: number | 'default';
  readonly conditions: readonly Condition[];
  readonly actions: readonly Action[];
}

export interface Condition {
  readonly field: string;
  readonly values: readonly string[];
}

/** How a listener ends the TLS of its callers. */
export interface Termination {
  readonly certificateArn: string;
  readonly policy: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

export interface ListenerSettings {
  readonly port: number;
  readonly defaultActions: readonly Action[];
  /** Of an HTTPS listener; undefined for plain HTTP. */
  readonly termination: Termination | undefined;
}

/** One listener: which rule answers a request, and how often it was asked. */
export class Listener {
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly rules = new Map<string, Rule>();
  readonly counts = { requests: 0, failures: 0 };
  /** Replaced as a whole when a template changes it; rules and counts stay. */
  settings: ListenerSettings;

  constructor(arn: string, loadBalancerArn: string, settings: ListenerSettings) {
    this.arn = arn;
    this.loadBalancerArn = loadBalancerArn;
    this.settings = settings;
  }

  get protocol(): 'HTTP' | 'HTTPS' {
    return this.settings.termination ? 'HTTPS' : 'HTTP';
  }

  get port(): number {
    return this.settings.port;
  }

  get defaultActions(): readonly Action[] {
    return this.settings.defaultActions;
  }

  /** The action that answers this request: the first rule that applies, by priority. */
  choose(request: IncomingMessage): Action | undefined {
    const ordered = [...this.rules.values()].sort((one, other) => Number(one.priority) - Number(other.priority));
    const rule = ordered.find(({ conditions }) => conditions.every((condition) => applies(condition, request)));
    return (rule?.actions ?? this.defaultActions).at(-1);
  }

  targetGroups(): string[] {
    const actions = [...this.defaultActions, ...[...this.rules.values()].flatMap((rule) => rule.actions)];
    return actions.flatMap((action) => (action.forward ?? []).map(({ targetGroupArn }) => targetGroupArn));
  }
}

function applies({ field, values }: Condition, request: IncomingMessage): boolean {
  const path = (request.url ?? '/').split('?')[0]!;
  const subject = {
    'path-pattern': path,
    'host-header': (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase(),
    'http-request-method': request.method ?? '',
  }[field];
  return subject !== undefined && values.some((value) => wildcard(value).test(subject));
}

const wildcard = (pattern: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

/** Chooses among weighted groups; a group of weight 0 gets nothing. */
export function weighted(forward: NonNullable<Action['forward']>, find: (arn: string) => TargetGroup | undefined): TargetGroup | undefined {
  const total = forward.reduce((sum, { weight }) => sum + weight, 0);
  let left = Math.random() * total;
  const chosen = forward.find(({ weight }) => {
    left -= weight;
    return weight > 0 && left < 0;
  });
  return chosen && find(chosen.targetGroupArn);
}

/** Reads the actions of a template; what the rehearsal cannot do it refuses by name. */
export function readActions(actions: Properties[]): Action[] {
  return actions.map((action): Action => {
    const { Type: type } = action;
    if (type === 'forward') {
      const groups: Properties[] = action['ForwardConfig']?.TargetGroups ?? [{ TargetGroupArn: action['TargetGroupArn'] }];
      return { type, forward: groups.map((group) => ({ targetGroupArn: group['TargetGroupArn'], weight: Number(group['Weight'] ?? 1) })) };
    }
    if (type === 'fixed-response') {
      const { StatusCode, ContentType = 'text/plain', MessageBody = '' } = action['FixedResponseConfig'];
      return { type, fixed: { status: Number(StatusCode), contentType: ContentType, body: MessageBody } };
    }
    if (type === 'redirect') {
      const config: Properties = action['RedirectConfig'];
      return { type, redirect: { status: Number(String(config['StatusCode']).replace('HTTP_', '')), location: locationOf(config) } };
    }
    throw new Error(`listener action ${type} is not supported by the rehearsal: forward, fixed-response and redirect are`);
  });
}

function locationOf(config: Properties): (request: IncomingMessage) => string {
  return (request) => {
    const [path = '/', query = ''] = (request.url ?? '/').split('?');
    const parts: Record<string, string> = { host: (request.headers.host ?? '').replace(/:\d+$/, ''), path: path.slice(1), query };
    const fill = (text: string) => text.replace(/#\{(host|path|query)\}/g, (_, name: string) => parts[name] ?? '');
    const [host, to, asked] = [config['Host'] ?? '#{host}', config['Path'] ?? '/#{path}', config['Query'] ?? '#{query}'].map(fill);
    const protocol = String(config['Protocol'] ?? 'HTTP').toLowerCase();
    return `${protocol}://${host}:${config['Port'] ?? '80'}${to}${asked ? `?${asked}` : ''}`;
  };
}

export function readConditions(conditions: Properties[]): Condition[] {
  const lists: Record<string, string> = {
    'path-pattern': 'PathPatternConfig',
    'host-header': 'HostHeaderConfig',
    'http-request-method': 'HttpRequestMethodConfig',
  };
  return conditions.map((condition) => {
    const field: string = condition['Field'];
    const list = lists[field];
    if (!list) throw new Error(`listener rule condition ${field} is not supported by the rehearsal`);
    return { field, values: condition['Values'] ?? condition[list]?.Values ?? [] };
  });
}
