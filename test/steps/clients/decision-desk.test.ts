import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { scopeOf, signatureTrouble } from '../../../rehearsal/aws/iam/signature.ts';
import { decisionDesk } from '../../../steps/clients/decision-desk.ts';
import { leadTo } from './endpoint.ts';

const key = { accessKeyId: 'EXAMPLE', secretAccessKey: 'example-secret', sessionToken: 'example-session' };

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
  /** What is wrong with its signature. */
  readonly trouble: string | undefined;
}

describe('the desk at which people decide', () => {
  const seen: Seen[] = [];
  let answer = { status: 200, body: '{"message":"v1.4.0 at prod waits."}' };
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = '', url = '', headers } = request;
    const [path = '', query = ''] = url.split('?');
    const scope = scopeOf(headers);
    const expected = { service: 'lambda', region: 'us-east-1', now: new Date() };
    const trouble = scope ? signatureTrouble({ method, path, query, headers, body }, scope, key, expected) : 'unsigned';
    seen.push({ method, url, body: body.toString(), trouble });
    response.writeHead(answer.status).end(answer.body);
  });
  let address = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/example/`;
    leadTo({ endpoint: address, accessKeyId: 'other', secretAccessKey: 'other' });
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => seen.splice(0));

  it('asks what waits, signed for Lambda', async () => {
    expect(await decisionDesk(address, key).show('v1.4.0-rc.1 x')).toEqual({ status: 200, message: 'v1.4.0 at prod waits.' });
    expect(seen).toEqual([{ method: 'GET', url: '/example/?tag=v1.4.0-rc.1%20x', body: '', trouble: undefined }]);
  });

  it('signs the decision itself', async () => {
    const decision = { id: 'a'.repeat(32), decision: 'rejected' as const, reason: 'später' };
    await decisionDesk(address, key).decide(decision);
    expect(seen).toEqual([{ method: 'POST', url: '/example/', body: JSON.stringify(decision), trouble: undefined }]);
  });

  it("hands on AWS's own refusals, whatever their form", async () => {
    const answers: [string, string][] = [
      ['{"Message":"Forbidden"}', 'Forbidden'],
      ['{"message":"The security token included in the request is invalid."}', 'The security token included in the request is invalid.'],
      ['<html>', '<html>'],
      ['', 'no answer'],
    ];
    for (const [body, message] of answers) {
      answer = { status: 403, body };
      expect(await decisionDesk(address, key).show('v1.4.0')).toEqual({ status: 403, message });
    }
  });
});
