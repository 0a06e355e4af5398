import type { ReleaseHistory } from '../contract/ports.ts';
import { historyAfter } from './execution-history.ts';

export const releaseHistory: ReleaseHistory = { events: (executionArn) => historyAfter(executionArn, 0) };
