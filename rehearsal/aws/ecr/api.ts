import {
  type ImageIdentifier,
  ImageNotFoundException,
  ImageTagAlreadyExistsException,
  LayersNotFoundException,
  RepositoryNotFoundException,
  ScanNotFoundException,
} from '@aws-sdk/client-ecr';
import type { Handler, Permission, Service } from '../kernel.ts';
import { page } from '../paging.ts';
import { saying } from '../sdk-words.ts';
import type { Ecr } from './ecr.ts';
import { tagIsImmutable } from './registry.ts';
import { type Image, type Repository, sha256 } from './repository.ts';

interface OfRepository {
  readonly repositoryName: string;
}
interface OfImages extends OfRepository {
  readonly imageIds?: ImageIdentifier[];
  readonly maxResults?: number;
  readonly nextToken?: string;
}
interface OfImage extends OfRepository {
  readonly imageId: ImageIdentifier;
}

/** ECR's API, over the same images that the registry serves. */
export function api(ecr: Ecr): Pick<Service, 'handlers' | 'permissions'> {
  const { account } = ecr.world;
  const repository = (name: string): Repository => {
    const found = ecr.repositories.get(name);
    if (found) return found;
    const message = `The repository with name '${name}' does not exist in the registry with id '${account}'`;
    throw new RepositoryNotFoundException(saying(message));
  };
  const words = ({ imageDigest, imageTag }: ImageIdentifier) =>
    `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`;
  const find = (held: Repository, id: ImageIdentifier) => held.find(id.imageDigest ?? id.imageTag ?? '');
  const required = (held: Repository, id: ImageIdentifier): Image => {
    const image = find(held, id);
    if (image) return image;
    const message = `The image with imageId ${words(id)} does not exist within the repository with name '${held.name}' in the registry with id '${account}'`;
    throw new ImageNotFoundException(saying(message));
  };
  const failure = (imageId: ImageIdentifier) => ({
    imageId,
    failureCode: 'ImageNotFound',
    failureReason: 'Requested image not found',
  });

  const handlers: Record<string, Handler> = {
    GetAuthorizationToken: () => ({
      authorizationData: [
        { authorizationToken: ecr.token(), expiresAt: new Date(Date.now() + 12 * 3_600_000), proxyEndpoint: `http://${ecr.address}` },
      ],
    }),
    DescribeRepositories(input: { repositoryNames?: string[]; maxResults?: number; nextToken?: string }) {
      const held = input.repositoryNames?.map(repository) ?? [...ecr.repositories.values()];
      const { items, nextToken } = page(held, input.nextToken, input.maxResults ?? 100);
      return { repositories: items.map((each) => described(ecr, each)), nextToken };
    },
    DescribeImages(input: OfImages) {
      const held = repository(input.repositoryName);
      const images = input.imageIds?.map((id) => required(held, id)) ?? [...held.images.values()];
      const { items, nextToken } = page(images, input.nextToken, input.maxResults ?? 100);
      return { imageDetails: items.map((image) => detail(ecr, held, image)), nextToken };
    },
    ListImages(input: OfImages) {
      const ids = [...repository(input.repositoryName).images.values()].flatMap(({ digest, tags }): ImageIdentifier[] =>
        tags.size ? [...tags].map((imageTag) => ({ imageDigest: digest, imageTag })) : [{ imageDigest: digest }],
      );
      const { items, nextToken } = page(ids, input.nextToken, input.maxResults ?? 100);
      return { imageIds: items, nextToken };
    },
    BatchGetImage(input: OfImages) {
      const held = repository(input.repositoryName);
      const ids = input.imageIds ?? [];
      return {
        images: ids.flatMap((imageId) => {
          const image = find(held, imageId);
          if (!image) return [];
          const { digest, manifest, mediaType } = image;
          const id = { imageDigest: digest, imageTag: imageId.imageTag };
          const text = { imageManifest: manifest.toString(), imageManifestMediaType: mediaType };
          return [{ registryId: account, repositoryName: held.name, imageId: id, ...text }];
        }),
        failures: ids.filter((id) => !find(held, id)).map(failure),
      };
    },
    BatchCheckLayerAvailability(input: OfRepository & { layerDigests: string[] }) {
      const held = repository(input.repositoryName);
      const layers = input.layerDigests.map((layerDigest) => ({
        layerDigest,
        layerAvailability: held.blob(layerDigest) ? 'AVAILABLE' : 'UNAVAILABLE',
      }));
      return { layers, failures: [] };
    },
    GetDownloadUrlForLayer({ repositoryName, layerDigest }: OfRepository & { layerDigest: string }) {
      if (!repository(repositoryName).blob(layerDigest)) {
        const message = `The layer with digest '${layerDigest}' does not exist in the repository with name '${repositoryName}' in the registry with id '${account}'`;
        throw new LayersNotFoundException(saying(message));
      }
      return { downloadUrl: ecr.layerUrl(repositoryName, layerDigest), layerDigest };
    },
    PutImage(input: OfRepository & { imageManifest: string; imageManifestMediaType?: string; imageTag?: string }) {
      const held = repository(input.repositoryName);
      const body = Buffer.from(input.imageManifest);
      const taken = input.imageTag ? held.find(input.imageTag) : undefined;
      if (held.settings.immutableTags && taken && taken.digest !== sha256(body)) {
        throw new ImageTagAlreadyExistsException(saying(tagIsImmutable(input.imageTag!, held.name)));
      }
      const mediaType = input.imageManifestMediaType ?? (JSON.parse(input.imageManifest) as { mediaType: string }).mediaType;
      const image = held.put(body, mediaType, input.imageTag ?? sha256(body));
      const imageId = { imageDigest: image.digest, imageTag: input.imageTag };
      return { image: { registryId: account, repositoryName: held.name, imageId, imageManifest: input.imageManifest } };
    },
    BatchDeleteImage(input: OfImages) {
      const held = repository(input.repositoryName);
      const found = (input.imageIds ?? []).map((id) => ({ id, image: find(held, id) }));
      for (const { id, image } of found) {
        if (id.imageTag) image?.tags.delete(id.imageTag);
        // By tag an image goes only with its last tag; by digest at once.
        if (image && (id.imageDigest || image.tags.size === 0)) held.images.delete(image.digest);
      }
      return {
        imageIds: found.filter(({ image }) => image).map(({ id, image }) => ({ ...id, imageDigest: image?.digest })),
        failures: found.filter(({ image }) => !image).map(({ id }) => failure(id)),
      };
    },
    DescribeImageScanFindings({ repositoryName, imageId }: OfImage) {
      const held = repository(repositoryName);
      const { scan, digest } = required(held, imageId);
      if (!scan) {
        const message = `Image scan does not exist for the image with '${words(imageId)}' in the repository with name '${repositoryName}' in the registry with id '${account}'`;
        throw new ScanNotFoundException(saying(message));
      }
      return {
        registryId: account,
        repositoryName,
        imageId: { ...imageId, imageDigest: digest },
        imageScanStatus: { status: scan.status, description: scanWords[scan.status] },
        imageScanFindings: scan.completedAt && { ...findings(ecr, digest), imageScanCompletedAt: scan.completedAt },
      };
    },
  };
  return { handlers, permissions: permissions(ecr, Object.keys(handlers)) };
}

const scanWords = { IN_PROGRESS: 'The scan is in progress.', COMPLETE: 'The scan was completed successfully.' };

function findings(ecr: Ecr, digest: string) {
  const findingSeverityCounts = ecr.severities(digest);
  const each = Object.entries(findingSeverityCounts).flatMap(([severity, count]) =>
    Array.from({ length: count }, (_, index) => ({
      name: `CVE-2026-${String(10_000 + index)}`,
      severity,
      description: 'An example of a finding.',
      attributes: [
        { key: 'package_name', value: 'example' },
        { key: 'package_version', value: '1.0.0' },
      ],
    })),
  );
  return { findings: each, findingSeverityCounts };
}

function detail(ecr: Ecr, held: Repository, image: Image) {
  const { status, completedAt } = image.scan ?? {};
  return {
    registryId: ecr.world.account,
    repositoryName: held.name,
    imageDigest: image.digest,
    imageTags: image.tags.size ? [...image.tags] : undefined,
    imageSizeInBytes: held.size(image),
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: image.mediaType,
    imageScanStatus: status && { status, description: scanWords[status] },
    imageScanFindingsSummary: completedAt && {
      imageScanCompletedAt: completedAt,
      findingSeverityCounts: ecr.severities(image.digest),
    },
  };
}

const described = (ecr: Ecr, held: Repository) => ({
  repositoryArn: ecr.arn(held.name),
  registryId: ecr.world.account,
  repositoryName: held.name,
  repositoryUri: ecr.uri(held.name),
  createdAt: held.createdAt,
  imageTagMutability: held.settings.immutableTags ? 'IMMUTABLE' : 'MUTABLE',
  imageScanningConfiguration: { scanOnPush: held.settings.scanOnPush },
});

/** Every action is named like its operation and takes the repository as its resource, but for the token's. */
function permissions(ecr: Ecr, operations: string[]): Service['permissions'] {
  const of =
    (operation: string) =>
    (input: OfRepository & { repositoryNames?: string[] }): Permission[] => {
      const names = input.repositoryNames ?? [input.repositoryName ?? '*'];
      const resources = operation === 'GetAuthorizationToken' ? ['*'] : names.map((name) => ecr.arn(name));
      return resources.map((resource) => ({ action: `ecr:${operation}`, resource }));
    };
  return Object.fromEntries(operations.map((operation) => [operation, of(operation)]));
}
