import { BenchlingError } from '../clients/benchling.ts';
import type { WorkContext } from '../work/process-event.ts';
import type { QueuedEvent } from '../work/queued-event.ts';
import { maxAttempts } from '../work/turn.ts';
import { buttons, type CanvasView, canvasBlocks } from './canvas.ts';
import { PackagingRefused } from './errors.ts';
import { refuseWhenGone } from './notebook.ts';
import { type Named, nameEntry, type Packaging, packageEntry } from './package-entry.ts';

/** More of them make a canvas nobody reads. */
const filesShown = 50;

interface Canvas extends Named {
  id: string;
}

/** Shows what there is: nothing is packaged by looking. */
export async function showCanvas(packaging: Packaging, canvasId: string, context: WorkContext): Promise<void> {
  const canvas = await findCanvas(packaging, canvasId, context.signal);
  const { files } = await packaging.store.list(canvas.names, 1, context.signal);
  const status = files.length > 0 ? 'Packaged.' : 'Not packaged yet: press Update package.';
  await draw(packaging, canvas, { status, linked: await findLinked(packaging, canvas, context) }, context);
}

export async function pressButton(
  packaging: Packaging,
  { canvasId, buttonId }: { canvasId: string; buttonId: string },
  event: QueuedEvent,
  context: WorkContext,
): Promise<void> {
  if (buttonId === buttons.update) return updatePackage(packaging, await findCanvas(packaging, canvasId, context.signal), event, context);
  if (buttonId === buttons.browse) return browsePackage(packaging, await findCanvas(packaging, canvasId, context.signal), context);
  // A canvas of another version, with other buttons: pressing it again there will not help, and failing neither.
  context.log.warn({ event: 'button.unknown', buttonId });
}

async function browsePackage(packaging: Packaging, canvas: Canvas, context: WorkContext): Promise<void> {
  const files = await packaging.store.list(canvas.names, filesShown, context.signal);
  await draw(packaging, canvas, { status: 'Packaged.', files, linked: await findLinked(packaging, canvas, context) }, context);
}

/** The canvas says what happens: at work, done, or failed and what follows. */
async function updatePackage(packaging: Packaging, canvas: Canvas, event: QueuedEvent, context: WorkContext): Promise<void> {
  await decorate(packaging, canvas, { status: 'Updating the package …', busy: true }, context);
  try {
    await packageEntry(packaging, canvas, event, context);
  } catch (error) {
    if (!context.signal.aborted) await decorate(packaging, canvas, { status: failureSentence(error, context.attempt) }, context);
    throw error;
  }
  const linked = await findLinked(packaging, canvas, context);
  await decorate(packaging, canvas, { status: 'Sent to the packager: the new revision is in the catalog shortly.', linked }, context);
}

async function findCanvas(packaging: Packaging, id: string, signal: AbortSignal): Promise<Canvas> {
  const entryId = await packaging.notebook.entryOfCanvas(id, signal).catch((error: unknown) => refuseWhenGone(error, 'such canvas'));
  return { id, ...(await nameEntry(packaging, entryId, signal)) };
}

type Drawn = Omit<CanvasView, 'names' | 'catalog'>;

async function draw({ notebook, resolved }: Packaging, { id, names }: Canvas, view: Drawn, { signal }: WorkContext): Promise<void> {
  const blocks = canvasBlocks({ names, catalog: resolved().quilt.catalog, ...view });
  await notebook.showCanvas(id, blocks, signal).catch((error: unknown) => refuseWhenGone(error, 'such canvas'));
}

/** The package matters more than the canvas that tells of it: a failure here is logged, or everything would be exported again. */
async function decorate(packaging: Packaging, canvas: Canvas, view: Drawn, context: WorkContext): Promise<void> {
  await draw(packaging, canvas, view, context).catch((error: Error) => {
    context.signal.throwIfAborted();
    context.log.warn({ event: 'canvas.stale', canvasId: canvas.id }, `${error.name}: ${error.message}`);
  });
}

async function findLinked({ linked, resolved }: Packaging, { entry }: Canvas, context: WorkContext): Promise<string[] | 'unknown'> {
  return linked.find(resolved(), entry.displayId, context.signal).catch((error: Error) => {
    context.signal.throwIfAborted();
    context.log.warn({ event: 'linked.unread' }, `${error.name}: ${error.message}`);
    return 'unknown';
  });
}

/** Only sentences of ours: AWS's name accounts and roles, and a canvas is read by many. */
function failureSentence(error: unknown, attempt: number): string {
  const shown = error instanceof PackagingRefused || error instanceof BenchlingError ? error.message : 'Something on our side failed.';
  if (error instanceof PackagingRefused) return `Failed. ${shown}`;
  if (attempt >= maxAttempts) return `Given up after ${attempt} attempts. ${shown}`;
  return `Attempt ${attempt} failed and is repeated later. ${shown}`;
}
