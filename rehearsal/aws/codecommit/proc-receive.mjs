/**
 * Git's `proc-receive` hook of a repository in the stand-in: moves each pushed ref, then reports it to the stand-in. It is this hook and not
 * post-receive, because a failed post-receive leaves the push successful: here a ref whose event could not be raised
 * is put back and the push is refused, with the reason.
 * Usage: node proc-receive.mjs <url>. Standard input and output: git's pkt-line protocol, version 1.
 */
import { execFileSync } from 'node:child_process';
import { readSync, writeSync } from 'node:fs';

const url = process.argv[2];
const patienceMilliseconds = 60_000;
const zero = /^0+$/;

function read(length) {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const count = readSync(0, bytes, at, length - at, null);
    if (count === 0) throw new Error('git closed the connection');
    at += count;
  }
  return bytes.toString();
}

/** Lines up to the next flush packet. */
function packets() {
  const lines = [];
  for (;;) {
    const length = Number.parseInt(read(4), 16);
    if (length === 0) return lines;
    lines.push(read(length - 4).replace(/\n$/, ''));
  }
}

function send(lines) {
  const text = lines.map((line) => `${(Buffer.byteLength(line) + 5).toString(16).padStart(4, '0')}${line}\n`);
  writeSync(1, `${text.join('')}0000`);
}

function move(ref, to, from) {
  const args = zero.test(to) ? ['update-ref', '-d', ref, from] : ['update-ref', ref, to, from];
  execFileSync('git', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function notify(body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patienceMilliseconds),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

async function receive([before, after, ref]) {
  try {
    move(ref, after, before);
  } catch (error) {
    return `ng ${ref} ${
      String(error.stderr ?? error)
        .trim()
        .split('\n')[0]
    }`;
  }
  try {
    await notify({ ref, before, after, user: process.env.REHEARSAL_USER ?? 'operator' });
    return `ok ${ref}`;
  } catch (error) {
    move(ref, before, after);
    return `ng ${ref} the event of this push could not be raised: ${error.cause?.message ?? error.message}`;
  }
}

packets();
send(['version=1\0']);
const results = [];
for (const command of packets()) results.push(await receive(command.split(' ')));
send(results);
