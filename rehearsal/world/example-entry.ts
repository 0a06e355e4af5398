import type { Entry } from './benchling.ts';

/** A notebook entry in the shape of Benchling's API. */
export const exampleEntry = (tenant: string, id: string): Entry => ({
  id,
  displayId: 'EXP-EXAMPLE-1',
  name: 'Example entry',
  webURL: `https://${tenant}.benchling.com/example/f/${id}`,
  creator: { id: 'ent_example', handle: 'example', name: 'Example Person' },
  createdAt: '2026-01-01T00:00:00.000000+00:00',
  modifiedAt: '2026-01-02T00:00:00.000000+00:00',
  fields: {},
});
