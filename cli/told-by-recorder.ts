import { recordedCause } from '../steps/checks/recorded-cause.ts';
import type { Objects, Recorded } from '../steps/contract/ports.ts';

/** Objects of one stage that are read: the first failures tell the cause, the later ones repeat it. */
const objectsRead = 60;

export interface RecorderView {
  readonly bucket: string;
  readonly stages: readonly { readonly name: string }[];
  readonly recorded: Recorded;
  readonly objects: Pick<Objects, 'get'>;
}

/**
 * One sentence a stage that something happened to since then: what is left to go by when nobody could report a release, because its rescue
 * died too. The recorder's objects alone are asked.
 */
export async function toldByRecorder(since: string, { bucket, stages, recorded, objects }: RecorderView): Promise<string[]> {
  const told: string[] = [];
  for (const { name } of stages) {
    const keys = (await recorded.since(name, since)).slice(0, objectsRead);
    if (keys.length === 0) continue;
    const texts = await Promise.all(keys.map(async (key) => [key, await objects.get(bucket, key)] as const));
    const found = recordedCause(new Map(texts));
    const says = found ? `${found.cause} (${found.confidence}): ${found.sentence}` : 'something that no rule recognises';
    told.push(`The flight recorder has ${keys.length} objects of ${name} since then: ${says} s3://${bucket}/${keys[0]}`);
  }
  return told;
}
