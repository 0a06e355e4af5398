import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Leads the clients of the steps, which are configured by the environment as in Lambda, to an endpoint of this test file. */
export function leadTo({ endpoint, accessKeyId, secretAccessKey }: { endpoint: string; accessKeyId: string; secretAccessKey: string }) {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
}

/** What a service of AWS answers to one operation; throw `{__type, message}` for an error of the service. */
export type Answers = Record<string, (input: never) => object>;

/** A service that speaks AWS's JSON protocol, for answers that no stand-in gives: other pages, absent members, rare errors. */
export async function serveJson(answers: Answers) {
  const calls: { operation: string; input: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const input = JSON.parse(Buffer.concat(chunks).toString('utf8')) as never;
    calls.push({ operation, input });
    let [status, body]: [number, object] = [400, { __type: 'UnknownOperationException', message: `${operation} is not served` }];
    try {
      const answer = answers[operation];
      if (answer) [status, body] = [200, answer(input)];
    } catch (refusal) {
      body = refusal as object;
    }
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  leadTo({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accessKeyId: 'example',
    secretAccessKey: 'example',
  });
  return {
    calls,
    answers,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
