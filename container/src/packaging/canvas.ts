import { plain } from './metadata-files.ts';
import { catalogUrl, type PackageNames } from './package-names.ts';

/** Ids of the buttons: what `message.buttonId` brings back. */
export const buttons = { browse: 'browse-package', update: 'update-package' } as const;

export interface CanvasView {
  names: PackageNames;
  /** Host name. */
  catalog: string;
  /** One sentence: what happened last, or is happening. */
  status: string;
  /** Buttons rest while their work is done. @default false */
  busy?: boolean;
  /** Names of other packages that name this entry; `unknown` when they could not be asked for. @default - no word of them */
  linked?: readonly string[] | 'unknown';
  /** The package's files, for whoever browses. @default - not shown */
  files?: { files: readonly { name: string; bytes: number }[]; more: boolean };
}

/** What a canvas shows, as blocks of Benchling's API. */
export function canvasBlocks(view: CanvasView): object[] {
  const { names, busy = false } = view;
  const button = (id: string, text: string) => ({ id, type: 'BUTTON', text, enabled: !busy });
  const markdown = (id: string, lines: readonly string[]) => ({ id, type: 'MARKDOWN', value: lines.join('\n') });
  return [
    markdown('package', [
      `## [${plain(names.name)}](${names.url})`,
      '',
      `[Open in the catalog](${names.url}) · [Open in QuiltSync](${names.syncUrl})`,
    ]),
    button(buttons.browse, 'Browse package'),
    button(buttons.update, 'Update package'),
    ...(view.linked === undefined ? [] : [markdown('linked', linkedLines(view, view.linked))]),
    ...(view.files === undefined ? [] : [markdown('files', fileLines(view, view.files))]),
    markdown('status', [`**Status**: ${plain(view.status)}`]),
  ];
}

function linkedLines({ names, catalog }: CanvasView, linked: readonly string[] | 'unknown'): string[] {
  if (linked === 'unknown') return ['### Linked packages', '', 'They could not be looked up this time.'];
  const others = linked.filter((name) => name !== names.name);
  if (others.length === 0) return ['### Linked packages', '', 'None.'];
  return ['### Linked packages', '', ...others.map((name) => `- [${plain(name)}](${catalogUrl(catalog, names.bucket, name)})`)];
}

function fileLines({ names }: CanvasView, { files, more }: NonNullable<CanvasView['files']>): string[] {
  if (files.length === 0) return ['### Files', '', 'None yet: press Update package.'];
  return [
    '### Files',
    '',
    ...files.map(({ name, bytes }) => `- ${plain(name)} (${bytes} bytes)`),
    ...(more ? ['', `More of them are in [the catalog](${names.url}).`] : []),
  ];
}
