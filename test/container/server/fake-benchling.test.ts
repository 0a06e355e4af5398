import { connect } from 'node:net';
import { startBenchling } from './fake-benchling.ts';

it('a tunnel whose handshake never came keeps the fake from nothing: it closes', async () => {
  const benchling = await startBenchling();
  const tunnel = connect(Number(new URL(benchling.proxy).port), '127.0.0.1');
  const ended = new Promise((resolve) => tunnel.once('close', resolve));
  tunnel.write('CONNECT example.benchling.com:443 HTTP/1.1\r\nhost: example.benchling.com\r\n\r\n');
  await new Promise((resolve) => tunnel.once('data', resolve));
  await benchling.close();
  await ended;
});
