import { Benchling } from '../clients/benchling.ts';
import { createDownload } from '../clients/download.ts';
import { createHttp } from '../clients/http.ts';
import { withPatience } from '../clients/patience.ts';
import { systemClock } from '../clock.ts';
import type { ProcessEvent } from '../work/process-event.ts';
import { pressButton, showCanvas } from './canvas-tasks.ts';
import { LinkedPackages } from './linked-packages.ts';
import { Notebook } from './notebook.ts';
import { nameEntry, type Packaging, packageEntry } from './package-entry.ts';
import { PackageStore } from './package-store.ts';
import type { PackagingProps } from './process-event.ts';

/** Wires packaging to Benchling and AWS. It has a client of Benchling's API of its own: patient, where a webhook's must answer within 3 s. */
export function assemblePackaging({ stack, variables, resolved, refresh, log, clock = systemClock }: PackagingProps): Packaging {
  const http = withPatience(createHttp(variables), {
    clock,
    onRetry: ({ waitMs, ...retry }) => {
      if (waitMs === undefined) log.error({ event: 'benchling.given-up', ...retry }, 'Benchling was called again and again in vain');
      else log.warn({ event: 'benchling.retry', ...retry, waitMs: Math.round(waitMs) });
    },
  });
  const benchling = new Benchling(http, () => resolved().secret, refresh);
  return {
    resolved,
    notebook: new Notebook(benchling, clock),
    download: createDownload(variables),
    store: new PackageStore(stack),
    linked: new LinkedPackages(stack, clock),
    clock,
  };
}

/** One event's work, by its kind. */
export const processWith =
  (packaging: Packaging): ProcessEvent =>
  async (event, context) => {
    const { task } = event;
    switch (task.kind) {
      case 'package-entry':
        return packageEntry(packaging, await nameEntry(packaging, task.entryId, context.signal), event, context);
      case 'show-canvas':
        return showCanvas(packaging, task.canvasId, context);
      case 'press-button':
        return pressButton(packaging, task, event, context);
    }
  };
