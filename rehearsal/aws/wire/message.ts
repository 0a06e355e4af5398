import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** A request whose body has not been read. */
export interface Request {
  readonly method: string;
  /** Still percent-encoded, so that a key may hold `/..` and `%2F`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
}

export async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
