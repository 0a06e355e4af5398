/** What an access denial tells; null where AWS does not say. */
export interface AccessDenial {
  /** `The role example-task`, without account and session. */
  who: string | null;
  /** IAM action, `sqs:SendMessage`; the bare operation where nothing names the service. */
  action: string | null;
  resource: string | null;
  /** Which policy, in AWS's words. */
  why: string | null;
}

const nothing: AccessDenial = { who: null, action: null, resource: null, why: null };

/** Most of AWS, since 2021. Quotes are there for S3, and escaped where a log holds JSON. */
const authorization =
  /(?:(?:User|Principal): (?<who>arn:\S+) )?is not authorized to perform:? (?<action>[\w-]+:[\w*]+)(?: on (?:the )?resource:? (?:\\?["'])?(?<resource>arn:[^\s"'\\,)]+|\*|[\w./:-]+\/[^\s"'\\,)]+))?/;
const policy = /because (?<none>no [\w -]+ (?:policy|boundary)) allows|(?<deny>with an explicit deny(?: in an? [\w -]+ policy)?)/;
/** botocore, and what CloudFormation adds to the words of EC2 and others. */
const operation =
  /\((?:AccessDenied\w*|Unauthorized\w*|AuthorizationError\w*|KMSAccessDenied\w*|AllAccessDisabled)\) when calling the (?<operation>\w+) operation(?:.*?: (?<message>.*))?/;
const viaCloudFormation = /\bAPI: (?<service>[\w-]+):(?<operation>\w+) (?=.*(?:not authorized|[Aa]ccess [Dd]enied))/;
/** A line of CloudTrail, as the bundle words it. */
const recorded = /^(?<action>[\w-]+:\w+): [\w.]*(?:AccessDenied|UnauthorizedOperation|AuthFailure)/;
const queue = /Access to the resource (?<resource>https?:\/\/\S+) is denied/;
/** The SDK for JavaScript: its client's package or its error's class stands in the stack, and maybe its command. */
const client = /@aws-sdk\/client-(?<service>[a-z0-9-]+)\b|\b(?<exception>S3|SQS|SNS|KMS|DynamoDB)ServiceException/;
const command = /\b(?:de_)?(?<operation>[A-Z]\w+?)Command(?:Error)?\b/;
const decryption = /Access to KMS is not allowed|ciphertext refers to a customer master key that does not exist|\bKMSAccessDenied/;
const bare = /\b(?:AccessDenied(?:Exception)?|AuthorizationError(?:Exception)?|UnauthorizedOperation|KMSAccessDenied(?:Exception)?)\b/;

/** S3 names operations that no action is named after. */
const actionsOfS3: Readonly<Record<string, string>> = {
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  HeadBucket: 'ListBucket',
  HeadObject: 'GetObject',
  CopyObject: 'PutObject',
  UploadPart: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  DeleteObjects: 'DeleteObject',
};

/** Reads who was denied what, in any form in which AWS and its SDKs word it. null when the text is no denial. */
export function accessDenialOf(text: string): AccessDenial | null {
  const why = reasonOf(text);
  const said = authorization.exec(text)?.groups;
  if (said) {
    const { who, action = null, resource } = said;
    const which = resource?.replace(/[.;]$/, '') ?? (text.includes('associated with this ciphertext') ? 'the key of the ciphertext' : null);
    return { who: who ? principal(who) : null, action, resource: which, why };
  }
  if (decryption.test(text)) return { ...nothing, action: 'kms:Decrypt', why };
  const called = operation.exec(text)?.groups;
  if (called) return { ...nothing, ...targetOf(called['operation'] ?? '', called['message'] ?? ''), why };
  const { service, operation: asked } = viaCloudFormation.exec(text)?.groups ?? {};
  if (asked) return { ...nothing, action: `${service}:${asked}`, why };
  const { resource } = queue.exec(text)?.groups ?? {};
  if (resource) return { ...nothing, resource, why };
  const { action: seen } = recorded.exec(text)?.groups ?? {};
  if (seen) return { ...nothing, action: seen, why };
  return bare.test(text) ? { ...nothing, action: fromStack(text), why } : null;
}

function reasonOf(text: string): string | null {
  const { none, deny } = policy.exec(text)?.groups ?? {};
  return deny ?? (none ? `${none} allows it` : null);
}

/** botocore names the operation, never the service: S3 gives itself away by its message, SQS by its queue's address. */
function targetOf(name: string, message: string): Pick<AccessDenial, 'action' | 'resource'> {
  const { resource } = queue.exec(message)?.groups ?? {};
  if (resource) return { action: `sqs:${name}`, resource };
  if (/^Access Denied\b/.test(message) || name in actionsOfS3) return { action: `s3:${actionsOfS3[name] ?? name}`, resource: null };
  return { action: name, resource: null };
}

function fromStack(text: string): string | null {
  const { service, exception } = client.exec(text)?.groups ?? {};
  const name = command.exec(text)?.groups?.['operation'];
  const prefix = service ?? exception?.toLowerCase();
  if (!name) return null;
  return prefix ? `${prefix}:${prefix === 's3' ? (actionsOfS3[name] ?? name) : name}` : name;
}

/** `The role example-task`: what a policy is attached to. */
function principal(arn: string): string {
  const { kind, path = '' } = /:(?<kind>assumed-role|role|user)\/(?<path>.+)$/.exec(arn)?.groups ?? {};
  if (!kind) return arn;
  const parts = path.split('/');
  // The last part of an assumed role is the session: a task's id, a function's name.
  return kind === 'user' ? `The user ${parts.at(-1)}` : `The role ${kind === 'assumed-role' ? parts[0] : parts.at(-1)}`;
}

/** One sentence: who may not do what, on what, and which policy says so. @param somebody whoever it was, when AWS does not say */
export function denialSentence(text: string, somebody = 'A role'): string {
  const { who, action, resource, why } = accessDenialOf(text) ?? nothing;
  const what = action ? `may not ${action}` : 'was denied access';
  return `${who ?? somebody} ${what}${resource ? ` on ${resource}` : ''}${why ? ` (${why})` : ''}.`;
}
