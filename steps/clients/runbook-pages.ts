import type { RunbookPages } from '../contract/ports.ts';
import { pageName } from '../contract/runbook.ts';
import { readRunbook } from './runbook-files.ts';

export const runbookPages: RunbookPages = { page: (cause) => readRunbook(pageName(cause)) };
