import type { Fault } from './fault.ts';

/** The commit that runs is released once more: its template and its code are the same. An empty change set once blocked that. */
export const nothingToChange: Fault = {
  name: 'nothing-to-change',
  summary: 'the commit that runs is released again under another tag',
  cause: null,
  on: 'update',
  inject: () => ({}),
};
