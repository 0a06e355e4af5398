import { validationError } from './errors.ts';

/**
 * What `Fn::Cidr` gives: blocks of one size, side by side in an IPv4 block.
 * @param count 1 to 256
 * @param hostBits bits of each block that number its hosts, e.g. 8 for a /24
 */
export function cidrBlocks(block: string, count: number, hostBits: number): string[] {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block);
  const octets = match?.slice(1, 5).map(Number);
  const prefix = Number(match?.[5]);
  const fits = octets?.every((octet) => octet <= 255) && hostBits >= 1 && count >= 1 && count <= 256;
  if (!fits || count * 2 ** hostBits > 2 ** (32 - prefix)) {
    throw validationError(`Template error: Fn::Cidr cannot divide ${block} into ${count} blocks of ${hostBits} host bits`);
  }
  const base = octets!.reduce((sum, octet) => sum * 256 + octet, 0);
  const start = base - (base % 2 ** (32 - prefix));
  return Array.from({ length: count }, (_, index) => `${dotted(start + index * 2 ** hostBits)}/${32 - hostBits}`);
}

const dotted = (address: number): string => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
