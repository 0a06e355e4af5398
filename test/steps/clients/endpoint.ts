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
  const stop = await serve(({ target, text }) => {
    const operation = target.split('.').at(-1) ?? '';
    const input = JSON.parse(text) as never;
    calls.push({ operation, input });
    const type = 'application/x-amz-json-1.1';
    const refused = (refusal: object) => ({ status: 400, type, body: JSON.stringify(refusal) });
    try {
      const answer = answers[operation];
      if (!answer) return refused({ __type: 'UnknownOperationException', message: `${operation} is not served` });
      return { status: 200, type, body: JSON.stringify(answer(input)) };
    } catch (refusal) {
      return refused(refusal as object);
    }
  });
  return { calls, answers, stop };
}

/** What a service answers to one action, in XML as it stands inside of `<…Result>`; throw `{__type, message}` for an error of the service. */
export type XmlAnswers = Record<string, (input: Readonly<Record<string, string>>) => string>;

/** The same for services that speak AWS's query protocol: a form in, XML out. */
export async function serveQuery(answers: XmlAnswers) {
  const calls: { action: string; input: Readonly<Record<string, string>> }[] = [];
  const stop = await serve(({ text }) => {
    const { Action: action = '', Version: _, ...input } = Object.fromEntries(new URLSearchParams(text));
    calls.push({ action, input });
    const type = 'text/xml';
    const refused = ({ __type, message }: { __type: string; message: string }) => ({
      status: 400,
      type,
      body: `<ErrorResponse><Error><Type>Sender</Type><Code>${__type}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    });
    try {
      const answer = answers[action];
      if (!answer) return refused({ __type: 'InvalidAction', message: `${action} is not served` });
      return { status: 200, type, body: `<${action}Response><${action}Result>${answer(input)}</${action}Result></${action}Response>` };
    } catch (refusal) {
      return refused(refusal as { __type: string; message: string });
    }
  });
  return { calls, answers, stop };
}

type Answer = { status: number; type: string; body: string };

/** Leads the clients to a server of this file. @returns what stops it */
async function serve(answer: (request: { target: string; text: string }) => Answer): Promise<() => Promise<void>> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { status, type, body } = answer({
      target: String(request.headers['x-amz-target']),
      text: Buffer.concat(chunks).toString('utf8'),
    });
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  leadTo({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accessKeyId: 'example',
    secretAccessKey: 'example',
  });
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}
