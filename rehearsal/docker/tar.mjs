/** A tar archive that is the same for the same files: sorted, without times and owners. System tars differ in how to ask for that. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const block = 512;
const octal = (value, width) => `${value.toString(8).padStart(width - 1, '0')}\0`;
const padded = (content) => Buffer.concat([content, Buffer.alloc((block - (content.length % block)) % block)]);

function header(name, { mode, size, type, link = '' }) {
  const bytes = Buffer.alloc(block);
  bytes.write(name, 0, 100);
  bytes.write(octal(mode, 8), 100);
  bytes.write(octal(0, 8) + octal(0, 8), 108);
  bytes.write(octal(size, 12) + octal(0, 12), 124);
  bytes.write('        ', 148);
  bytes.write(type, 156);
  bytes.write(link, 157, 100);
  bytes.write('ustar\0' + '00', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

/** Names longer than a header holds go before it, in a GNU long-name entry that every tar reads. */
function entry(name, fields, content = Buffer.alloc(0)) {
  const parts = [];
  for (const [type, text] of [
    ['K', fields.link ?? ''],
    ['L', name],
  ]) {
    if (Buffer.byteLength(text) <= 100) continue;
    const long = Buffer.from(`${text}\0`);
    parts.push(header('././@LongLink', { mode: 0o644, size: long.length, type }), padded(long));
  }
  return Buffer.concat([...parts, header(name, fields), padded(content)]);
}

function* entries(root, path = '') {
  for (const name of readdirSync(join(root, path)).sort()) {
    const inside = path ? `${path}/${name}` : name;
    const stat = lstatSync(join(root, inside));
    // Group and other rights follow the umask of whoever checked out: only "may be run" belongs to the image.
    const mode = stat.isDirectory() || stat.mode & 0o100 ? 0o755 : 0o644;
    if (stat.isSymbolicLink()) yield entry(inside, { mode: 0o777, size: 0, type: '2', link: readlinkSync(join(root, inside)) });
    else if (stat.isDirectory()) {
      yield entry(`${inside}/`, { mode, size: 0, type: '5' });
      yield* entries(root, inside);
    } else yield entry(inside, { mode, size: stat.size, type: '0' }, readFileSync(join(root, inside)));
  }
}

export const tar = (root) => Buffer.concat([...entries(root), Buffer.alloc(2 * block)]);
