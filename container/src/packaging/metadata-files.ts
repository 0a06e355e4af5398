import type { reservedNames } from './member-name.ts';
import type { Entry } from './notebook.ts';
import type { PackageNames } from './package-names.ts';

export interface MetadataInput {
  entry: Entry;
  names: PackageNames;
  /** Metadata key by which packages are linked to entries. */
  pkgKey: string;
  tenant: string;
  /** Members of the export, in its order. */
  members: readonly { name: string; bytes: number }[];
}

/**
 * The four files beside an export's members. Made of the entry and its export alone, without a time or an id of this very run: the same event
 * processed twice leaves the same bytes.
 */
export function metadataFiles(input: MetadataInput): Record<(typeof reservedNames)[number], string> {
  const { entry, tenant, members } = input;
  return {
    'entry.json': json(packageMetadata(input)),
    'entry_data.json': json(entry),
    'input.json': json({ source: 'benchling', tenant, entry_id: entry.id, display_id: entry.displayId, members }),
    'README.md': readme(input),
  };
}

/** The package's own metadata: what Quilt shows and what a query for linked packages finds. */
function packageMetadata({ entry, pkgKey }: MetadataInput): object {
  const { creator } = entry;
  return {
    entry_id: entry.id,
    display_id: entry.displayId,
    name: entry.name,
    web_url: entry.webURL ?? null,
    creator: creator ? { id: creator.id ?? null, name: creator.name ?? null, handle: creator.handle ?? null } : null,
    created_at: entry.createdAt ?? null,
    modified_at: entry.modifiedAt ?? null,
    // Last: a key that is called like one of the above must still link.
    [pkgKey]: entry.displayId,
  };
}

function readme({ entry, names, members }: MetadataInput): string {
  const rows: [string, string][] = [
    ['Entry', entry.webURL && URL.canParse(entry.webURL) ? `<${new URL(entry.webURL).href}>` : plain(entry.id)],
    ['Creator', plain(entry.creator?.name ?? '')],
    ['Created', plain(entry.createdAt ?? '')],
    ['Modified', plain(entry.modifiedAt ?? '')],
    ['Package', `<${names.url}>`],
  ];
  return [
    `# ${plain(entry.displayId)}: ${plain(entry.name)}`,
    '',
    'Exported from Benchling.',
    '',
    ...rows.filter(([, value]) => value).map(([title, value]) => `- ${title}: ${value}`),
    '',
    `## Files (${members.length})`,
    '',
    ...members.map(({ name, bytes }) => `- ${plain(name)} (${bytes} bytes)`),
    '',
  ].join('\n');
}

/** Text of other people's, in one line and without markup of its own. */
export const plain = (text: string) => text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|]/g, '\\$&');

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
