import * as z from 'zod';

/** An id of Benchling's as it may reach a URL: letters, digits, hyphens, underscores. */
export const id = z.string().regex(/^\w[\w-]{0,127}$/);
