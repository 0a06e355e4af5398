import { BatchGetImageCommand, ECRClient, GetAuthorizationTokenCommand, GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr';

const client = new ECRClient({});

/** Label of an image that names the commit it was built from (OCI's own). */
export const revisionLabel = 'org.opencontainers.image.revision';

export interface PushedImage {
  readonly digest: string;
  /** Commit that its label names; null when it has none. */
  readonly revision: string | null;
}

/** The image that the registry holds under a tag; null when it says that there is none. */
export async function pushedImage(repositoryName: string, imageTag: string): Promise<PushedImage | null> {
  const { images = [], failures = [] } = await client.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag }] }));
  const [image] = images;
  if (!image?.imageId?.imageDigest || !image.imageManifest) {
    if (failures.every(({ failureCode }) => failureCode === 'ImageNotFound')) return null;
    throw new Error(`the registry does not tell about ${imageTag}: ${failures.map(({ failureReason }) => failureReason).join('; ')}`);
  }
  const { config } = JSON.parse(image.imageManifest) as { config?: { digest: string } };
  if (!config) throw new Error(`${imageTag} is no single image: its manifest names no configuration`);
  const { downloadUrl } = await client.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: config.digest }));
  const answer = await fetch(downloadUrl ?? '');
  if (!answer.ok) throw new Error(`the configuration of ${imageTag} cannot be read: ${answer.status}`);
  const { config: settings } = (await answer.json()) as { config?: { Labels?: Record<string, string> | null } };
  return { digest: image.imageId.imageDigest, revision: settings?.Labels?.[revisionLabel] ?? null };
}

/** User and password for `docker login`; the password is for standard input only. */
export async function registryCredentials(): Promise<{ user: string; password: string; registry: string }> {
  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
  const [data] = authorizationData ?? [];
  const [user = '', password = ''] = Buffer.from(data?.authorizationToken ?? '', 'base64')
    .toString('utf8')
    .split(':');
  return { user, password, registry: new URL(data?.proxyEndpoint ?? '').host };
}
