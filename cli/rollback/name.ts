const mark = '-back-';
/** Seconds since the epoch in base 36, until the year 4452. */
const digits = 7;

/**
 * Name of an operator's rollback: execution, holder of the stage's lock, folder of its diagnostics. That of the release which is undone, and
 * the time: change sets and tokens are made of it, and must not be those of an earlier rollback of the same release. At most 80 characters.
 */
export function rollbackName(release: string, at: Date): string {
  const time = Math.floor(at.getTime() / 1000)
    .toString(36)
    .padStart(digits, '0');
  return `${release.slice(0, 80 - mark.length - digits)}${mark}${time}`;
}

/** The release that a rollback of this name undoes; the name itself when it is no rollback's. */
export const undoneBy = (name: string): string => new RegExp(`^(.+)${mark}[0-9a-z]{${digits}}$`).exec(name)?.[1] ?? name;
