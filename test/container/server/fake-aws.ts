import { createServer, type IncomingMessage } from 'node:http';
import { exampleOutputs, exampleSecret } from '../builders.ts';
import { listen, p256 } from './fake-benchling.ts';
import { FakeQueue } from './fake-queue.ts';

/** AWS at the wire, as far as the service calls it. */
export interface FakeAws {
  /** For AWS_ENDPOINT_URL. */
  endpoint: string;
  secret: { text: string; versionId: string };
  outputs: Record<string, string>;
  sampleKey: ReturnType<typeof p256>;
  /** Errors by operation: status, code and message as AWS words them. */
  failures: Record<string, { status: number; code: string; message: string } | undefined>;
  /** The stage's work queue. */
  queue: FakeQueue;
  /** Operations in order; samples' aliases and addresses behind a colon. */
  calls: string[];
  close(): Promise<void>;
}

export async function startAws(): Promise<FakeAws> {
  const fake = {
    secret: { text: JSON.stringify(exampleSecret()), versionId: 'example-version-1' },
    outputs: { ...exampleOutputs },
    sampleKey: p256(),
    failures: {},
    queue: new FakeQueue(),
    calls: [],
  } as unknown as FakeAws;
  const server = createServer(async (request, response) => {
    const { status, type, body } = await answer(fake, request, await read(request));
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  fake.endpoint = `http://127.0.0.1:${await listen(server)}`;
  fake.close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return fake;
}

async function answer(fake: FakeAws, request: IncomingMessage, text: string): Promise<{ status: number; type: string; body: string }> {
  const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
  const operation = target ?? new URLSearchParams(text).get('Action') ?? (request.method === 'HEAD' ? 'HeadBucket' : 'Unknown');
  const input = target ? JSON.parse(text) : {};
  fake.calls.push(operation + (input.KeyId ? `:${input.KeyId}` : '') + (request.method === 'HEAD' ? `:${request.url}` : ''));
  const failure = fake.failures[operation];
  const json = (status: number, body: object) => ({ status, type: 'application/x-amz-json-1.1', body: JSON.stringify(body) });
  const xml = (status: number, body: string) => ({ status, type: 'text/xml', body });
  if (failure && target) return json(failure.status, { __type: failure.code, message: failure.message });
  if (failure) {
    const error = `<Error><Type>Sender</Type><Code>${failure.code}</Code><Message>${failure.message}</Message></Error>`;
    return xml(failure.status, `<ErrorResponse>${error}<RequestId>example</RequestId></ErrorResponse>`);
  }
  const queued = await fake.queue.answer(operation, input);
  if (queued) return json(200, queued);
  switch (operation) {
    case 'GetSecretValue':
      return json(200, { Name: 'example/secret', VersionId: fake.secret.versionId, SecretString: fake.secret.text });
    case 'GetPublicKey':
      return json(200, { PublicKey: fake.sampleKey.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') });
    case 'GetQueueAttributes':
      return json(200, { Attributes: { QueueArn: 'arn:aws:sqs:eu-west-1:111122223333:example-packager' } });
    case 'DescribeStacks':
      return xml(200, stacks(fake.outputs));
    case 'HeadBucket':
      return xml(200, '');
    default:
      return json(400, { __type: 'UnknownOperationException', message: operation });
  }
}

function stacks(outputs: Record<string, string>): string {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const stack = `<StackName>example-quilt</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>`;
  const result = `<Stacks><member>${stack}<Outputs>${members.join('')}</Outputs></member></Stacks>`;
  return `<DescribeStacksResponse><DescribeStacksResult>${result}</DescribeStacksResult></DescribeStacksResponse>`;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
