import { BlockList, isIP } from 'node:net';
import * as z from 'zod';

/**
 * The eleven parameters of the secret. Canonical names are lower snake case; ./secret.ts accepts the UPPER_CASE spelling too.
 * Every rule is a sentence about the key: a message never holds a value, because some of the values are secrets.
 */

const text = (pattern: RegExp, rule: string) => z.string({ error: () => 'must be a string' }).regex(pattern, { error: () => rule });

// Benchling itself shows a tenant as a host name, so people paste one. A URL says more than a tenant: refused rather than guessed at.
const tenant = z
  .string({ error: () => 'must be a string' })
  .regex(/^\s*[a-z0-9-]+(\.benchling\.com)?\.?\s*$/, {
    error: (issue) =>
      String(issue.input).includes('://')
        ? 'must be the tenant name alone, not a URL'
        : 'must be a tenant name: lower-case letters, digits and hyphens',
  })
  .transform((value) =>
    value
      .trim()
      .replace(/\.$/, '')
      .replace(/\.benchling\.com$/, ''),
  )
  .describe('Benchling tenant: the first label of its host name');

const credential = text(/^\S+$/, 'must not be empty or hold white space');

// S3's own naming rules: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const bucketName =
  /^(?!xn--|sthree-|amzn-s3-demo-)(?!\d{1,3}(\.\d{1,3}){3}$)(?!.*\.\.)(?!.*(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const ecrName = /^(?=.{2,256}$)([a-z0-9]+([._-][a-z0-9]+)*\/)*[a-z0-9]+([._-][a-z0-9]+)*$/;

const allowList = text(/^[0-9a-fA-F:.,/\s]*$/, 'must be a comma-separated list of IP addresses or CIDR blocks')
  .refine((value) => split(value).every(isBlock), { error: () => 'must be a comma-separated list of IP addresses or CIDR blocks' })
  .transform(split)
  .prefault('')
  .describe('Who may call: comma-separated IPv4 or IPv6 addresses or CIDR blocks; empty lets everyone');

// There is no way to run unverified: `false` is refused here, where the pipeline and the service both look, so it cannot take effect anywhere.
const verification = z
  .union([z.literal(true), z.enum(['true', '1'])], { error: () => 'must be true: a release never turns signature checks off' })
  .transform(() => true as const)
  .prefault(true)
  .describe('Signature checks; only true is accepted');

/** Input: the canonical spelling. Output: defaults filled in, tenant and list normalised. */
export const parameters = z.object({
  tenant,
  client_id: credential.describe('OAuth client id of the Benchling app'),
  client_secret: credential.describe('OAuth client secret of the Benchling app'),
  app_definition_id: text(/^appdef_[A-Za-z0-9_-]+$/, 'must start with appdef_').describe('Names the key set that signs webhooks'),
  user_bucket: text(bucketName, 'must be a valid S3 bucket name').describe('Bucket that packages are written to'),
  pkg_prefix: text(/^[A-Za-z0-9_-]+$/, 'must be letters, digits, hyphens and underscores, without a slash')
    .prefault('benchling')
    .describe('First half of a package name'),
  // It reaches a query as an identifier, which cannot be a bound parameter.
  pkg_key: text(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be an identifier: letters, digits and underscores')
    .prefault('experiment_id')
    .describe('Metadata key that links a package to an entry'),
  log_level: z
    .enum(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'], { error: () => 'must be DEBUG, INFO, WARNING, ERROR or CRITICAL' })
    .prefault('INFO'),
  enable_webhook_verification: verification,
  webhook_allow_list: allowList,
  ecr_repository_name: text(ecrName, 'must be a valid ECR repository name')
    .prefault('quiltdata/benchling')
    .describe('Read when the image is built; the service ignores it'),
});

export type SecretConfig = z.output<typeof parameters>;
export type ParameterKey = keyof SecretConfig;

export const parameterKeys = Object.keys(parameters.shape) as ParameterKey[];

/** Those without a default. */
export const requiredKeys = parameterKeys.filter((key) => !parameters.shape[key].safeParse(undefined).success);

function split(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function isBlock(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  if (!/^\d{1,3}$/.test(prefix)) return false;
  try {
    new BlockList().addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
    return true;
  } catch {
    return false; // A prefix longer than the address: BlockList is the judge because it is what the service will ask.
  }
}
