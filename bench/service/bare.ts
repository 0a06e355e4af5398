/**
 * The limit: a bare node:http server that checks the same signatures with the same key and makes the same call to the queue, batches and all.
 * It has no framework, no limits, no allow list, no replays, no log and no configuration to resolve.
 */
import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import { WorkQueue } from '../../container/src/clients/work-queue.ts';
import { isSignedBy, readHeaders } from '../../container/src/verification/signature.ts';

const { jwk, region, queueUrl, port } = JSON.parse(process.env['BENCH_BARE'] ?? '');
const keys = [createPublicKey({ key: jwk, format: 'jwk' })];
const queue = new WorkQueue(region, () => ({ work: queueUrl, parked: queueUrl }));

const server = createServer((request, response) => {
  const answer = (status: number) => response.writeHead(status, { 'content-type': 'application/json' }).end('{"status":"acknowledged"}');
  if (request.url === '/health/ready') return answer(200);
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const signed = readHeaders(request.headers, Date.now());
    if (!signed.ok || !isSignedBy(keys, signed, body)) return answer(401);
    const { type, resourceId } = JSON.parse(body.toString()).message;
    const task = { kind: 'package-entry', entryId: resourceId } as const;
    queue.send({ format: 1, webhookId: signed.id, type, task, acceptedAt: new Date().toISOString() }).then(
      () => answer(202),
      () => answer(503),
    );
    return undefined;
  });
  return undefined;
});
server.keepAliveTimeout = 65_000;
server.listen(port, '0.0.0.0');
