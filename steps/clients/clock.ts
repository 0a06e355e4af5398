import type { Clock } from '../contract/ports.ts';

export const clock: Clock = { now: () => new Date() };
