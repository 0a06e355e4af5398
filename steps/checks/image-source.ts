import type { Incident } from '../contract/steps.ts';
import type { SourceDefinition, SourcePorts } from './diagnostic-sources.ts';
import { asJson } from './once.ts';

/** What the registry holds under the release's digest: manifest, layers, architecture. Nothing to ask for before there was a build. */
export function imageSource({ image, build }: Incident, { images, repository }: SourcePorts): SourceDefinition[] {
  const digest = image?.digest ?? build?.digest;
  if (!digest) return [];
  return [
    {
      source: 'image',
      seconds: 30,
      gather: async (bundle) => {
        const found = await images.manifest(repository, digest);
        // That the registry says it has none is what an operator must see, not a gap in what was collected.
        await bundle.put('image', 'image.json', asJson(found ?? { repository, digest, absent: 'the registry has no such image' }));
      },
    },
  ];
}
