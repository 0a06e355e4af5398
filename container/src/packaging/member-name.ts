import { PackagingRefused } from './errors.ts';

/** S3 takes keys of 1,024 bytes; bucket prefix and display id need some of them. */
const maxBytes = 800;

/** What the service itself writes beside the members. */
export const reservedNames = ['entry.json', 'entry_data.json', 'input.json', 'README.md'] as const;

const rules: readonly [isBroken: (name: string) => boolean, rule: string][] = [
  [(name) => name === '', 'is empty'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  [(name) => /[\u0000-\u001f\u007f]/.test(name), 'holds a control character'],
  [(name) => name.includes('\\'), 'holds a backslash'],
  [(name) => /^[A-Za-z]:/.test(name), 'starts with a drive'],
  [(name) => name.split('/').some((part) => part === '' || part === '.' || part === '..'), 'is no plain relative path'],
  [(name) => Buffer.byteLength(name) > maxBytes, `is longer than ${maxBytes} bytes`],
];

/**
 * Names of one export's members, as keys below the package. A name that could lead elsewhere is refused, not repaired: two names may be repaired
 * into one, and whoever writes such names means harm. A member that is called like one of our own files moves to `export/`.
 */
export class MemberNames {
  readonly #taken = new Set<string>(reservedNames);

  /** Throws PackagingRefused. The name is shown without control characters and shortened. */
  claim(name: string): string {
    const broken = rules.find(([isBroken]) => isBroken(name));
    const key = (reservedNames as readonly string[]).includes(name) ? `export/${name}` : name;
    if (!broken && !this.#taken.has(key)) {
      this.#taken.add(key);
      return key;
    }
    const shown = name.replace(/[^ -~]/g, '?').slice(0, 80);
    throw new PackagingRefused(`The export's member "${shown}" ${broken ? broken[1] : 'is there twice'}.`);
  }
}
