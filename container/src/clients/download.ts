import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isExempt, proxyOf } from './https-proxy.ts';

/**
 * Starts to load what lies under a pre-signed address and resolves with its content, to be read at the reader's own pace. Without credentials.
 * Rejects on any status but 200; the content throws when the connection breaks, falls silent, or the signal is aborted. No message quotes the
 * address: whoever has it may load it.
 */
export type Download = (url: string, signal: AbortSignal) => Promise<AsyncIterable<Buffer>>;

export interface DownloadOptions {
  /** How long a connection may be silent while more is waited for, milliseconds. @default 60 s */
  silenceMs?: number;
}

/** HTTPS as createHttp has it: the same proxy, the same trust. */
export function createDownload(variables: Record<string, string | undefined>, { silenceMs = 60_000 }: DownloadOptions = {}): Download {
  const proxy = proxyOf(variables);
  return (url, signal) =>
    new Promise((resolve, reject) => {
      const { protocol, hostname } = new URL(url);
      if (protocol !== 'https:') return reject(new Error(`An export must be loaded by https:, not ${protocol}`));
      const agent = proxy && !isExempt(hostname, variables) ? proxy : undefined;
      const outgoing = request(url, { signal, ...(agent && { agent }) }, (incoming) => {
        if (incoming.statusCode === 200) return resolve(content(incoming, silenceMs));
        incoming.resume();
        reject(new Error(`${hostname} answered ${incoming.statusCode} to the download of an export`));
      });
      outgoing.setTimeout(silenceMs, () => outgoing.destroy(new Error(`${hostname} did not start to send the export`)));
      outgoing.on('error', (error) => reject(signal.aborted ? signal.reason : error));
      outgoing.end();
    });
}

/** Silence counts while more is asked for: a slow bucket must not look like a dead host. */
async function* content(incoming: IncomingMessage, silenceMs: number): AsyncGenerator<Buffer> {
  const chunks = incoming[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  incoming.setTimeout(0);
  try {
    for (;;) {
      const timer = setTimeout(() => incoming.destroy(new Error(`The download of an export was silent for ${silenceMs} ms`)), silenceMs);
      const { done, value } = await chunks.next().finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } finally {
    incoming.destroy();
  }
}
