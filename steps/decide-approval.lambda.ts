/**
 * Answers people who sign, at the function's address. In: Lambda's event of a URL (payload format 2.0), in which AWS says who signed. Out: an
 * HTTP answer with DecisionAnswer. Fails: when it was called any other way, or the table does not answer. Safe to repeat: the first decision stays.
 */
import { clock } from './clients/clock.ts';
import { logged } from './clients/logged.ts';
import { table } from './clients/table.ts';
import { wake } from './clients/task-tokens.ts';
import { ApprovalRules, UrlEvent } from './contract/decision.ts';
import { readEnvironment } from './contract/environment.ts';
import { decideApproval } from './decide-approval.ts';

const { RELEASE_TABLE, APPROVALS } = readEnvironment('DecideApproval', process.env);
const rules = ApprovalRules.parse(JSON.parse(APPROVALS));
const ports = { table: table(RELEASE_TABLE), waker: { wake }, clock };

export const handler = logged('DecideApproval', async (event: unknown) => {
  const { requestContext, queryStringParameters, body = '', isBase64Encoded } = UrlEvent.parse(event);
  const call = {
    method: requestContext.http.method,
    by: requestContext.authorizer.iam.userArn,
    tag: queryStringParameters?.['tag'],
    body: json(isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body),
  };
  const { status, answer } = await decideApproval(call, rules, ports);
  return { statusCode: status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: JSON.stringify(answer) };
});

/** undefined when it is none. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
