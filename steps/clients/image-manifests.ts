import { BatchGetImageCommand, DescribeImagesCommand, ECRClient, ImageNotFoundException } from '@aws-sdk/client-ecr';
import * as z from 'zod';
import type { ImageManifests } from '../contract/evidence-ports.ts';
import { defaults } from './defaults.ts';
import { images } from './images.ts';

const client = new ECRClient(defaults);

/** Of an image; an index has no layers of its own. */
const Manifest = z.object({
  mediaType: z.string().default(''),
  layers: z.array(z.object({ digest: z.string(), size: z.number() })).default([]),
});

export const imageManifests: ImageManifests = {
  async manifest(repositoryName, imageDigest) {
    const imageIds = [{ imageDigest }];
    try {
      const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName, imageIds }));
      const { images: held } = await client.send(new BatchGetImageCommand({ repositoryName, imageIds }));
      const [image, text] = [imageDetails?.[0], held?.[0]?.imageManifest];
      if (!image || !text) return null;
      const { mediaType, layers } = Manifest.parse(JSON.parse(text));
      return {
        digest: imageDigest,
        tags: image.imageTags ?? [],
        pushedAt: image.imagePushedAt?.toISOString() ?? null,
        bytes: image.imageSizeInBytes ?? null,
        platform: await images.platform(repositoryName, imageDigest),
        mediaType: held?.[0]?.imageManifestMediaType ?? mediaType,
        layers: layers.map(({ digest, size }) => ({ digest, bytes: size })),
      };
    } catch (error) {
      if (error instanceof ImageNotFoundException) return null;
      throw error;
    }
  },
};
