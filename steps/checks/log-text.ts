import type { LogPage } from '../contract/evidence-ports.ts';

/** Log drivers cut a longer line into events of this many bytes, or of a multiple of it. */
const driverCut = 16_384;

/**
 * Words the pages of a log as one text, a line for each event. What a driver has cut is put together again: between the halves of a secret
 * there must be no time and no line end, or nobody would know it for one.
 */
export function logText(): (lines: LogPage['lines'], where?: { after: boolean }) => string {
  let begun = false;
  let whole = true;
  return (lines, { after } = { after: false }) => {
    begun ||= after;
    return lines
      .map(({ at, line }) => {
        const text = line.trimEnd();
        const start = whole ? `${begun ? '\n' : ''}${at} ` : '';
        begun = true;
        whole = Buffer.byteLength(line) < driverCut;
        return `${start}${whole ? text : line}`;
      })
      .join('');
  };
}
