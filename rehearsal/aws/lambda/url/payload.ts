/** What a function behind a URL is given, and what becomes of its answer: payload format 2.0. */
import type { IncomingHttpHeaders } from 'node:http';

export interface UrlRequest {
  readonly method: string;
  /** Behind the address itself, with a slash in front. */
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly sourceIp: string;
}

/** Who signed, as the function learns it. */
export interface UrlCaller {
  readonly accessKey: string;
  readonly accountId: string;
  /** ARN of the session or user. */
  readonly userArn: string;
}

export interface UrlAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The event. @param id of the address; @param domain that a client of AWS would have called */
export function eventOf(request: UrlRequest, caller: UrlCaller, { id, domain, at, requestId }: UrlPlace): object {
  const { method, path, query, body } = request;
  const headers = flat(request.headers);
  // Text stays text; whatever else comes arrives in base64.
  const isText = /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)|$)/.test(headers['content-type'] ?? '');
  const parameters = Object.fromEntries(
    [...new Set(new URLSearchParams(query).keys())].map((name) => [name, new URLSearchParams(query).getAll(name).join(',')]),
  );
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers,
    ...(query && { queryStringParameters: parameters }),
    requestContext: {
      accountId: caller.accountId,
      apiId: id,
      authentication: null,
      authorizer: {
        iam: {
          accessKey: caller.accessKey,
          accountId: caller.accountId,
          callerId: caller.userArn.split('/').slice(1).join(':'),
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: caller.userArn,
          userId: caller.userArn.split('/').slice(1).join(':'),
        },
      },
      domainName: domain,
      domainPrefix: id,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: request.sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: commonLogTime(at),
      timeEpoch: at.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Where and when it was called. */
export interface UrlPlace {
  readonly id: string;
  readonly domain: string;
  readonly at: Date;
  readonly requestId: string;
}

/** A value with `statusCode` is the answer; any other is its body, as JSON. @param payload what the function gave, as JSON text */
export function answerOf(payload: string): UrlAnswer {
  const value: unknown = JSON.parse(payload || 'null');
  if (typeof value !== 'object' || value === null || !('statusCode' in value))
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(payload) };
  const { statusCode, headers = {}, body = '', isBase64Encoded = false } = value as Record<string, never>;
  return {
    status: Number(statusCode),
    headers: { 'content-type': 'application/json', ...lowerCase(headers) },
    body: Buffer.from(String(body), isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** What a request without a right, or a function without an answer, gets. */
export const plainAnswer = (status: number, Message: string): UrlAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ Message })),
});

const lowerCase = (headers: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
/** Names in lower case, several values in one. What proved the caller does not reach the function. */
const flat = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name !== 'authorization')
      .map(([name, value]) => [name, [value].flat().join(',')]),
  );
const two = (number: number) => String(number).padStart(2, '0');
/** `12/Mar/2020:19:03:58 +0000` */
const commonLogTime = (at: Date) =>
  `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
