/**
 * Decodes `content-encoding: aws-chunked`, in which the SDK sends streams with a trailing checksum:
 * `SIZE_HEX[;chunk-signature=…]\r\n BYTES \r\n … 0\r\n trailers \r\n`. Holds no more than one received piece at a time.
 */
export async function* decodeAwsChunked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pending = Buffer.alloc(0);
  let left = 0;
  let state: 'header' | 'body' | 'separator' | 'trailer' = 'header';
  for await (const piece of source) {
    pending = pending.length > 0 ? Buffer.concat([pending, piece]) : Buffer.from(piece);
    while (pending.length > 0 && state !== 'trailer') {
      if (state === 'header') {
        const end = pending.indexOf('\r\n');
        if (end < 0) break;
        left = Number.parseInt(pending.toString('latin1', 0, end), 16);
        if (Number.isNaN(left))
          throw new Error(`aws-chunked: expected a chunk size in hexadecimal, got "${pending.toString('latin1', 0, end)}"`);
        pending = pending.subarray(end + 2);
        state = left > 0 ? 'body' : 'trailer';
      } else if (state === 'body') {
        const chunk = pending.subarray(0, left);
        pending = pending.subarray(chunk.length);
        left -= chunk.length;
        if (left === 0) state = 'separator';
        yield chunk;
      } else {
        if (pending.length < 2) break;
        pending = pending.subarray(2);
        state = 'header';
      }
    }
  }
  if (state !== 'trailer') throw new Error('aws-chunked: the body ended before its last chunk');
}
