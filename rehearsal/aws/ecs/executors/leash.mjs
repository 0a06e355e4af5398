/**
 * Loaded into a container's Node before its own code: ends the process when the rehearsal that started it is gone, however
 * that died. The rehearsal holds the other end of file descriptor 3.
 */
import { Socket } from 'node:net';

const rehearsal = new Socket({ fd: 3 });
// `close` without `end` when the rehearsal was killed.
rehearsal.once('close', () => process.exit(137));
rehearsal.resume();
rehearsal.unref();
