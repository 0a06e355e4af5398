/** Whether two ARNs mean the same person. In doubt they do: whoever asks would let one person decide about their own work. */

/** What of a principal's ARN tells people apart. All in lower case: IAM's names are unique whatever their case. */
interface Principal {
  readonly account: string;
  readonly kind: 'user' | 'role' | 'session' | 'root';
  /** Of the user or role, without its path: an ARN of a session has none. */
  readonly name: string;
  /** Of a session. */
  readonly session?: string;
}

const shape = /^arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):(root|user|role|assumed-role)(?:\/(.+))?$/;

/** null for what is no user, role, session or root of an account: a service, a federated user, no ARN at all. */
export function principalOf(arn: string): Principal | null {
  const [, account, kind, rest = ''] = shape.exec(arn.toLowerCase()) ?? [];
  if (!account || !kind || (kind === 'root') === (rest !== '')) return null;
  if (kind === 'assumed-role') {
    const [name = '', ...session] = rest.split('/');
    return session.length > 0 ? { account, kind: 'session', name, session: session.join('/') } : null;
  }
  return { account, kind: kind as 'user' | 'role' | 'root', name: rest.split('/').at(-1) ?? '' };
}

/**
 * Roles whose sessions IAM Identity Center names after the person. Whoever assumes any other role names the session as they like: there, two
 * sessions of a role may be one person.
 */
const namesItsSessions = (role: string) => role.startsWith('awsreservedsso_');

/** @param a, b ARNs of a user, a session of a role, or a role, which stands for each of its sessions */
export function mayBeTheSame(a: string, b: string): boolean {
  if (a.toLowerCase() === b.toLowerCase()) return true;
  const [one, other] = [principalOf(a), principalOf(b)];
  if (!one || !other || one.account !== other.account) return false;
  const person = ({ kind }: Principal) => (kind === 'role' || kind === 'session' ? 'role' : kind);
  if (person(one) !== person(other) || one.name !== other.name) return false;
  if (one.kind === 'session' && other.kind === 'session') return !namesItsSessions(one.name);
  return true;
}
