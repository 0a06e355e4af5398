import {
  BatchGetImageCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  ECRClient,
  GetDownloadUrlForLayerCommand,
  ImageNotFoundException,
  ScanNotFoundException,
} from '@aws-sdk/client-ecr';
import * as z from 'zod';
import type { Images } from '../contract/ports.ts';
import { defaults } from './defaults.ts';

const client = new ECRClient(defaults);

const Manifest = z.object({
  config: z.object({ digest: z.string() }).optional(),
  manifests: z
    .array(z.object({ digest: z.string(), platform: z.object({ os: z.string(), architecture: z.string() }).optional() }))
    .optional(),
});
const Configuration = z.object({ os: z.string(), architecture: z.string() });

export const images: Images = {
  async describe(repositoryName, id) {
    const imageId = 'tag' in id ? { imageTag: id.tag } : { imageDigest: id.digest };
    try {
      const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName, imageIds: [imageId] }));
      const image = imageDetails?.[0];
      return image?.imageDigest ? { digest: image.imageDigest, tags: image.imageTags ?? [] } : null;
    } catch (error) {
      if (error instanceof ImageNotFoundException) return null;
      throw error;
    }
  },

  async platform(repositoryName, digest) {
    const manifest = await manifestOf(repositoryName, digest);
    if (manifest.manifests) {
      // An index: attestations in it carry the platform unknown/unknown and are no images.
      const platforms = manifest.manifests.map(({ platform }) => `${platform?.os}/${platform?.architecture}`);
      return [...new Set(platforms)].filter((platform) => platform !== 'unknown/unknown').join(', ');
    }
    if (!manifest.config) throw new Error(`the manifest of ${repositoryName}@${digest} names no configuration`);
    const { os, architecture } = await configurationOf(repositoryName, manifest.config.digest);
    return `${os}/${architecture}`;
  },

  async scan(repositoryName, imageDigest) {
    try {
      const answer = await client.send(new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageDigest }, maxResults: 1 }));
      return { status: answer.imageScanStatus?.status ?? '', findings: answer.imageScanFindings?.findingSeverityCounts ?? {} };
    } catch (error) {
      if (error instanceof ScanNotFoundException) return null;
      throw error;
    }
  },
};

async function manifestOf(repositoryName: string, imageDigest: string) {
  const { images: found } = await client.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest }] }));
  const text = found?.[0]?.imageManifest;
  if (!text) throw new Error(`${repositoryName}@${imageDigest} has no manifest`);
  return Manifest.parse(JSON.parse(text));
}

async function configurationOf(repositoryName: string, layerDigest: string) {
  const { downloadUrl } = await client.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }));
  if (!downloadUrl) throw new Error(`the registry gives no address for ${repositoryName}@${layerDigest}`);
  const answer = await fetch(downloadUrl, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`the configuration of an image in ${repositoryName} answered ${answer.status}; expected 200`);
  return Configuration.parse(await answer.json());
}
