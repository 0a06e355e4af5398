import type { Download } from '../clients/download.ts';
import type { Clock } from '../clock.ts';
import type { Resolved } from '../configuration.ts';
import type { WorkContext } from '../work/process-event.ts';
import type { QueuedEvent } from '../work/queued-event.ts';
import type { LinkedPackages } from './linked-packages.ts';
import { metadataFiles } from './metadata-files.ts';
import { type Entry, type Notebook, refuseWhenGone } from './notebook.ts';
import { type PackageNames, packageNames } from './package-names.ts';
import type { PackageStore, Written } from './package-store.ts';

/** What packaging works with. */
export interface Packaging {
  resolved(): Resolved;
  notebook: Pick<Notebook, 'entry' | 'exportEntry' | 'entryOfCanvas' | 'showCanvas'>;
  download: Download;
  store: Pick<PackageStore, 'writeArchive' | 'writeFile' | 'list' | 'requestRevision'>;
  linked: Pick<LinkedPackages, 'find'>;
  clock: Clock;
}

export interface Named {
  entry: Entry;
  names: PackageNames;
}

/** Throws PackagingRefused when the entry is gone. */
export async function nameEntry({ notebook, resolved }: Packaging, entryId: string, signal: AbortSignal): Promise<Named> {
  const entry = await notebook.entry(entryId, signal).catch((error: unknown) => refuseWhenGone(error, 'such entry'));
  return { entry, names: packageNames(resolved(), entry.displayId) };
}

/**
 * Exports an entry, writes the export and its metadata into the bucket, and asks for a revision. The packager is told last: until then a run
 * that breaks off has changed no package, and the next one writes the same keys again.
 */
export async function packageEntry(packaging: Packaging, { entry, names }: Named, event: QueuedEvent, context: WorkContext): Promise<void> {
  const { store, clock, resolved } = packaging;
  const { signal, log, metrics } = context;
  const started = clock.now();
  const members = await writeExport(packaging, { entry, names }, signal);
  const { secret } = resolved();
  const files = metadataFiles({ entry, names, members, pkgKey: secret.pkg_key, tenant: secret.tenant });
  for (const [name, content] of Object.entries(files)) await store.writeFile(names, name, content, signal);
  await store.requestRevision(resolved(), names, commitMessage(entry), event.webhookId, signal);
  const bytes = members.reduce((sum, member) => sum + member.bytes, 0);
  const durationMs = Math.round(clock.now() - started);
  metrics.add('ExportDuration', durationMs);
  metrics.add('ExportSize', bytes);
  log.info({ event: 'entry.packaged', entryId: entry.id, displayId: entry.displayId, members: members.length, bytes, durationMs });
}

async function writeExport({ notebook, download, store }: Packaging, { entry, names }: Named, signal: AbortSignal): Promise<Written[]> {
  // The address opens the export to whoever has it: it lives in this function alone.
  const address = await notebook.exportEntry(entry.id, signal).catch((error: unknown) => refuseWhenGone(error, 'such entry to export'));
  return store.writeArchive(names, await download(address, signal), signal);
}

const commitMessage = ({ displayId, modifiedAt }: Entry) => `Benchling entry ${displayId}${modifiedAt ? `, modified ${modifiedAt}` : ''}`;
