import type { Ecr } from '../aws/ecr/ecr.ts';
import { sha256 } from '../aws/ecr/repository.ts';

const types = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
};

/**
 * Pushes an image without layers to the one repository, over the registry's own protocol, as any client with a token may.
 * @param config the image's configuration, in the words of the OCI image specification
 */
export async function pushImage(ecr: Ecr, tag: string, config: object): Promise<void> {
  const [name] = ecr.repositories.keys();
  const base = `http://${ecr.address}/v2/${name}`;
  const ask = async (method: string, url: string, body = '', type = 'application/octet-stream') => {
    const headers = { authorization: `Basic ${ecr.token()}`, 'content-type': type };
    const answer = await fetch(url, { method, headers, ...(body && { body }) });
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const blob = JSON.stringify(config);
  const digest = sha256(Buffer.from(blob));
  const upload = await ask('POST', `${base}/blobs/uploads/`);
  await ask('PUT', `http://${ecr.address}${upload.headers.get('location')}?digest=${digest}`, blob);
  const manifest = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, size: Buffer.byteLength(blob), digest },
    layers: [],
  };
  await ask('PUT', `${base}/manifests/${tag}`, JSON.stringify(manifest), types.manifest);
}
