import type { Resolved } from '../configuration.ts';

/** Everything that is named after an entry. */
export interface PackageNames {
  bucket: string;
  /** `{pkg_prefix}/{display_id}` */
  name: string;
  /** Key of one of the package's files. */
  key(member: string): string;
  /** `s3://{bucket}/{name}/` */
  source: string;
  /** The package in the catalog. */
  url: string;
  /** Opens the package in Quilt's desktop client, by way of the catalog. */
  syncUrl: string;
}

/** The display id is one that Notebook has checked. */
export function packageNames({ secret, quilt }: Resolved, displayId: string): PackageNames {
  const bucket = secret.user_bucket;
  const name = `${secret.pkg_prefix}/${displayId}`;
  const sync = `quilt+s3://${bucket}#package=${name}:latest&catalog=${quilt.catalog}`;
  return {
    bucket,
    name,
    key: (member) => `${name}/${member}`,
    source: `s3://${bucket}/${name}/`,
    url: catalogUrl(quilt.catalog, bucket, name),
    syncUrl: `https://${quilt.catalog}/redir/${encodeURIComponent(sync)}`,
  };
}

export function catalogUrl(catalog: string, bucket: string, name: string): string {
  return `https://${catalog}/b/${bucket}/packages/${name.split('/').map(encodeURIComponent).join('/')}`;
}
