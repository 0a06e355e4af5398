import { MemberNames } from '../../../container/src/packaging/member-name.ts';
import { type ZipLimits, zipLimits } from '../../../container/src/packaging/zip/limits.ts';
import { readZip } from '../../../container/src/packaging/zip/read-zip.ts';
import { zip } from '../../../rehearsal/world/zip.ts';
import { zipStream } from '../../../rehearsal/world/zip-stream.ts';

/** In pieces of so many bytes, as a network delivers. */
async function* pieces(archive: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < archive.length; at += size) yield archive.subarray(at, at + size);
}

async function unpack(archive: Buffer, { size = 7, limits = zipLimits }: { size?: number; limits?: ZipLimits } = {}) {
  const found: Record<string, string> = {};
  for await (const { name, content } of readZip(pieces(archive, size), limits)) {
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk);
    found[name] = Buffer.concat(chunks).toString();
  }
  return found;
}

const members = { 'example/a.txt': 'example '.repeat(40), 'example/b.csv': '1,2\n' };
const streamed = (given: Record<string, string> = members) =>
  Buffer.concat([...zipStream(Object.entries(given).map(([name, text]) => ({ name, content: [Buffer.from(text)] })))]);

describe('an archive', () => {
  // Written by Python's zipfile: by streaming, by streaming with 64-bit sizes, without compression, and with 64-bit sizes in the header.
  it.each([
    [
      'UEsDBBQACAAIAAAAIVwAAAAAAAAAAAAAAAANAAAAZXhhbXBsZS9hLnR4dEutSMwtyElVSB2lyaIBUEsHCFizyucOAAAAQAEAAFBLAwQUAAgACAAAACFcAAAAAAAAAAAAAAAADQAAAGV4YW1wbGUvYi5jc3Yz1DHiAgBQSwcIM0IhVQYAAAAEAAAAUEsBAhQDFAAIAAgAAAAhXFizyucOAAAAQAEAAA0AAAAAAAAAAAAAAIABAAAAAGV4YW1wbGUvYS50eHRQSwECFAMUAAgACAAAACFcM0IhVQYAAAAEAAAADQAAAAAAAAAAAAAAgAFJAAAAZXhhbXBsZS9iLmNzdlBLBQYAAAAAAgACAHYAAACKAAAAAAA=',
    ],
    [
      'UEsDBC0ACAAIAAAAIVwAAAAA//////////8NABQAZXhhbXBsZS9hLnR4dAEAEAAAAAAAAAAAAAAAAAAAAAAAS61IzC3ISVVIHaXJogFQSwcIWLPK5w4AAAAAAAAAQAEAAAAAAABQSwMELQAIAAgAAAAhXAAAAAD//////////w0AFABleGFtcGxlL2IuY3N2AQAQAAAAAAAAAAAAAAAAAAAAAAAz1DHiAgBQSwcIM0IhVQYAAAAAAAAABAAAAAAAAABQSwECLQMtAAgACAAAACFcWLPK5w4AAABAAQAADQAAAAAAAAAAAAAAgAEAAAAAZXhhbXBsZS9hLnR4dFBLAQItAy0ACAAIAAAAIVwzQiFVBgAAAAQAAAANAAAAAAAAAAAAAACAAWUAAABleGFtcGxlL2IuY3N2UEsFBgAAAAACAAIAdgAAAMIAAAAAAA==',
    ],
    [
      'UEsDBBQAAAAAAAAAIVxYs8rnQAEAAEABAAANAAAAZXhhbXBsZS9hLnR4dGV4YW1wbGUgZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgZXhhbXBsZSBleGFtcGxlIGV4YW1wbGUgUEsDBBQAAAAAAAAAIVwzQiFVBAAAAAQAAAANAAAAZXhhbXBsZS9iLmNzdjEsMgpQSwECFAMUAAAAAAAAACFcWLPK50ABAABAAQAADQAAAAAAAAAAAAAAgAEAAAAAZXhhbXBsZS9hLnR4dFBLAQIUAxQAAAAAAAAAIVwzQiFVBAAAAAQAAAANAAAAAAAAAAAAAACAAWsBAABleGFtcGxlL2IuY3N2UEsFBgAAAAACAAIAdgAAAJoBAAAAAA==',
    ],
    [
      'UEsDBC0AAAAIAAAAIVxYs8rn//////////8NABQAZXhhbXBsZS9hLnR4dAEAEABAAQAAAAAAAA4AAAAAAAAAS61IzC3ISVVIHaXJogFQSwMELQAAAAgAAAAhXDNCIVX//////////w0AFABleGFtcGxlL2IuY3N2AQAQAAQAAAAAAAAABgAAAAAAAAAz1DHiAgBQSwECLQMtAAAACAAAACFcWLPK5w4AAABAAQAADQAAAAAAAAAAAAAAgAEAAAAAZXhhbXBsZS9hLnR4dFBLAQItAy0AAAAIAAAAIVwzQiFVBgAAAAQAAAANAAAAAAAAAAAAAACAAU0AAABleGFtcGxlL2IuY3N2UEsFBgAAAAACAAIAdgAAAJIAAAAAAA==',
    ],
  ])('of another program is read whole', async (base64) => {
    const archive = Buffer.from(base64, 'base64');
    for (const size of [1, 13, 64 * 1024]) expect(await unpack(archive, { size })).toEqual(members);
  });

  it('is read wherever its pieces break', async () => {
    const archive = streamed();
    for (let size = 1; size <= archive.length; size++) expect(await unpack(archive, { size })).toEqual(members);
  });

  it('may be empty, and hold folders and empty files', async () => {
    expect(await unpack(streamed({}))).toEqual({});
    expect(await unpack(zip({ 'folder/': '', 'folder/empty': '' }))).toEqual({ 'folder/': '', 'folder/empty': '' });
  });

  it('that is cut off anywhere is refused', async () => {
    const archive = streamed();
    for (let length = 0; length < archive.length; length++)
      await expect(unpack(archive.subarray(0, length), { size: 64 })).rejects.toMatchObject({ name: 'PackagingRefused' });
  });

  it('of which a bit of content or directory was changed is refused, or read as it was', async () => {
    // Dates, versions and attributes may change: nothing that reaches a package depends on them.
    for (const archive of [streamed(), zip(members)]) {
      for (let at = 0; at < archive.length; at++) {
        const changed = Buffer.from(archive);
        changed[at]! ^= 1 << (at % 8);
        const read = await unpack(changed, { size: 4096 }).catch((error: Error) => error);
        if (read instanceof Error) expect(read.name).toBe('PackagingRefused');
        else expect(read).toEqual(members);
      }
    }
  });

  it('that lists other members than it holds is refused', async () => {
    const archive = zip({ 'one.txt': 'example', 'two.txt': 'example' });
    const listed = archive.lastIndexOf('two.txt');
    archive.write('new.txt', listed);
    await expect(unpack(archive)).rejects.toThrow('tells another story of new.txt');
  });

  it.each([
    ['encrypted', 6, 0x0001, 'is encrypted'],
    ['packed by a method that nobody here knows', 8, 12, 'is packed by method 12'],
    ['stored without its length', 6, 0x0008, 'is stored without its length'],
  ])('with a member that is %s is refused', async (_, at, value, message) => {
    const archive = zip({ 'a.txt': 'example' });
    archive.writeUInt16LE(value, at);
    await expect(unpack(archive)).rejects.toThrow(message);
  });

  it('that is no archive at all is refused', async () => {
    await expect(unpack(Buffer.from('<html>example</html>'))).rejects.toThrow('no ZIP archive');
  });

  it('passes a broken network on as it is: that is worth another try', async () => {
    const broken = (async function* () {
      yield streamed().subarray(0, 60);
      throw new Error('socket hang up');
    })();
    const read = async () => {
      for await (const { content } of readZip(broken)) for await (const _ of content);
    };
    await expect(read()).rejects.toThrow('socket hang up');
  });
});

describe('a bomb', () => {
  const limits: ZipLimits = { members: 3, expandedBytes: 10_000, ratio: 10, freeBytes: 500 };
  const bomb = (bytes: number) => streamed({ zeros: '\0'.repeat(bytes) });

  it('of too many members is refused', async () => {
    const names = (count: number) => zip(Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}`, ''])));
    expect(Object.keys(await unpack(names(3), { limits }))).toHaveLength(3);
    await expect(unpack(names(4), { limits })).rejects.toThrow('more than 3 members');
  });

  it('that packs too well is refused, but small members may', async () => {
    expect(await unpack(bomb(500), { limits })).toHaveProperty('zeros');
    await expect(unpack(bomb(5000), { limits })).rejects.toThrow('zeros unpacks to more than 10 times its size');
  });

  it('that is too large unpacked is refused before it is unpacked', async () => {
    const generous = { ...limits, ratio: 2000 };
    await expect(unpack(streamed({ a: 'a'.repeat(6000), b: 'b'.repeat(6000) }), { limits: generous })).rejects.toThrow(
      'more than 10000 bytes',
    );
    let delivered = 0;
    const content = (function* () {
      for (; delivered < 1000; delivered++) yield Buffer.alloc(64 * 1024);
    })();
    const read = async () => {
      for await (const member of readZip(asynchronous(zipStream([{ name: 'zeros', content }])), generous))
        for await (const _ of member.content);
    };
    await expect(read()).rejects.toThrow('more than 10000 bytes');
    expect(delivered).toBeLessThan(10);
  });
});

async function* asynchronous(buffers: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* buffers;
}

describe('the name of a member', () => {
  it.each(['a', 'EXP-1/table.csv', 'ünï/文.txt', '..a/b..', 'a b', `${'x'.repeat(800)}`])('may be %s', (name) => {
    expect(new MemberNames().claim(name)).toBe(name);
  });

  it.each([
    ['', 'is empty'],
    ['../a', 'is no plain relative path'],
    ['a/../b', 'is no plain relative path'],
    ['a/./b', 'is no plain relative path'],
    ['/etc/passwd', 'is no plain relative path'],
    ['a//b', 'is no plain relative path'],
    ['C:a', 'starts with a drive'],
    ['c:/a', 'starts with a drive'],
    ['a\\b', 'holds a backslash'],
    ['a\0.txt', 'holds a control character'],
    ['a\nb', 'holds a control character'],
    ['é'.repeat(401), 'is longer than 800 bytes'],
  ])('may not be %j', (name, rule) => {
    expect(() => new MemberNames().claim(name)).toThrow(rule);
  });

  it('may be there once', () => {
    const names = new MemberNames();
    names.claim('a/b');
    expect(() => names.claim('a/b')).toThrow('"a/b" is there twice');
  });

  it('gives way to the files of the package itself', () => {
    const names = new MemberNames();
    expect(names.claim('README.md')).toBe('export/README.md');
    expect(() => names.claim('export/README.md')).toThrow('is there twice');
    expect(names.claim('EXP-1/README.md')).toBe('EXP-1/README.md');
  });
});
