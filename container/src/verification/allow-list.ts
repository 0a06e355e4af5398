import { BlockList, isIP } from 'node:net';

/**
 * The caller's address behind exactly one proxy, the load balancer: the last entry of X-Forwarded-For, which the proxy itself appended.
 * Entries before it are the caller's own words. Without the header the peer is the caller.
 */
export function clientAddress(forwardedFor: string | string[] | undefined, peer: string | undefined): string {
  const header = Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor;
  const address = (header === undefined ? (peer ?? '') : header.slice(header.lastIndexOf(',') + 1)).trim();
  // A dual-stack socket shows an IPv4 caller as ::ffff:192.0.2.1, which no IPv4 block would match.
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

/** @param entries addresses and CIDR blocks, already validated with the secret. An empty list allows everyone. */
export function isAllowed(entries: readonly string[], address: string): boolean {
  if (entries.length === 0) return true;
  const family = isIP(address);
  if (family === 0) return false;
  const blocks = known.get(entries) ?? blockList(entries);
  known.set(entries, blocks);
  return blocks.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Made once for each version of the secret. */
const known = new WeakMap<readonly string[], BlockList>();

function blockList(entries: readonly string[]): BlockList {
  const blocks = new BlockList();
  for (const entry of entries) {
    const [network = '', prefix] = entry.split('/');
    const type = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) blocks.addAddress(network, type);
    else blocks.addSubnet(network, Number(prefix), type);
  }
  return blocks;
}
