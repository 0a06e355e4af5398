import fc from 'fast-check';
import { decodeAwsChunked } from '../../../rehearsal/aws/wire/aws-chunked.ts';

const decode = async (pieces: Buffer[]) => {
  const out: Buffer[] = [];
  for await (const chunk of decodeAwsChunked(
    (async function* () {
      yield* pieces;
    })(),
  ))
    out.push(Buffer.from(chunk));
  return Buffer.concat(out);
};

const encode = (chunks: Uint8Array[]) =>
  Buffer.concat([
    ...chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)};chunk-signature=example\r\n`), chunk, Buffer.from('\r\n')]),
    Buffer.from('0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n'),
  ]);

it('gives back what was sent, however the network cuts it', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 }),
      fc.integer({ min: 1, max: 30 }),
      async (chunks, size) => {
        const wire = encode(chunks);
        const pieces = Array.from({ length: Math.ceil(wire.length / size) }, (_, at) => wire.subarray(at * size, (at + 1) * size));
        expect(await decode(pieces)).toEqual(Buffer.concat(chunks));
      },
    ),
  ));

it('refuses a body that breaks off', async () => {
  const whole = encode([Buffer.from('example')]);
  await expect(decode([whole.subarray(0, 30)])).rejects.toThrow('ended before its last chunk');
  await expect(decode([Buffer.from('zz\r\n')])).rejects.toThrow('expected a chunk size');
});
