import { PackagingRefused } from '../errors.ts';

/** What an export may grow to. An archive of a few kilobytes can unfold to any size. */
export interface ZipLimits {
  /** Members, folders included. */
  readonly members: number;
  /** Bytes of all members together, unpacked. */
  readonly expandedBytes: number;
  /** Unpacked bytes for each packed one, of one member. Deflate itself ends at 1032. */
  readonly ratio: number;
  /** Up to so many unpacked bytes a member may have any ratio: an empty table packs well. */
  readonly freeBytes: number;
}

/** Real exports: hundreds of files, ratios of 3 to 20. */
export const zipLimits: ZipLimits = { members: 10_000, expandedBytes: 20 * 2 ** 30, ratio: 200, freeBytes: 16 * 2 ** 20 };

/** Counts what was unpacked and throws PackagingRefused before more of it is kept. */
export class Allowance {
  #members = 0;
  #expanded = 0;
  readonly #limits: ZipLimits;

  constructor(limits: ZipLimits) {
    this.#limits = limits;
  }

  member(): void {
    this.#members += 1;
    if (this.#members > this.#limits.members) throw new PackagingRefused(`The export has more than ${this.#limits.members} members.`);
  }

  /** @param bytes unpacked just now @param of the member so far: `size` unpacked from `compressed` */
  expand(bytes: number, of: { name: string; size: number; compressed: number }): void {
    const { expandedBytes, ratio, freeBytes } = this.#limits;
    this.#expanded += bytes;
    if (this.#expanded > expandedBytes) throw new PackagingRefused(`The export unpacks to more than ${expandedBytes} bytes.`);
    if (of.size > freeBytes && of.size > ratio * of.compressed)
      throw new PackagingRefused(`The export's member ${of.name} unpacks to more than ${ratio} times its size.`);
  }
}
