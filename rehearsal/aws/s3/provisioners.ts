import type { Iam } from '../iam/iam.ts';
import type { Properties, Provisioner, Provisioners, World } from '../kernel.ts';
import { namePattern, on, physicalName } from '../physical-names.ts';
import { refuseProperties } from '../sdk-words.ts';
import type { Bucket } from './bucket.ts';
import type { Buckets } from './buckets.ts';

const BUCKET = 'AWS::S3::Bucket';
const VERBS = { create: 'CreateBucket', update: 'PutBucketVersioning', delete: 'DeleteBucket' } as const;

export const s3Provisioners = (world: World, iam: Iam, buckets: Buckets): Provisioners => ({
  [BUCKET]: bucketProvisioner(world, buckets),
  'AWS::S3::BucketPolicy': bucketPolicyProvisioner(iam, buckets),
});

function bucketProvisioner(world: World, buckets: Buckets): Provisioner {
  return {
    replaceOn: ['BucketName'],
    create(properties, at) {
      // Bucket names are lower-case and at most 63 long.
      const name = properties['BucketName'] ?? physicalName(at, 63).toLowerCase();
      return configure(world, buckets.create(name), properties);
    },
    update: (name, properties) => configure(world, buckets.named(name), properties),
    remove: (name) => buckets.remove(name),
    permissions: (verb, properties, at) =>
      on(`arn:aws:s3:::${properties['BucketName'] ?? namePattern(at).toLowerCase()}`, `s3:${VERBS[verb]}`),
  };
}

/** Lifecycle, access logs, ownership and public access blocks change nothing here; what would is refused. */
function configure(world: World, bucket: Bucket, properties: Properties) {
  refuseProperties(
    BUCKET,
    properties,
    'NotificationConfiguration',
    'ReplicationConfiguration',
    'ObjectLockConfiguration',
    'WebsiteConfiguration',
  );
  bucket.versioning = properties['VersioningConfiguration']?.Status;
  const rule = properties['BucketEncryption']?.ServerSideEncryptionConfiguration?.[0]?.ServerSideEncryptionByDefault;
  bucket.kmsKeyArn = rule?.SSEAlgorithm === 'aws:kms' ? keyArn(rule.KMSMasterKeyID) : undefined;
  const host = `s3.${world.region}.amazonaws.com`;
  return {
    physicalId: bucket.name,
    attributes: {
      Arn: bucket.arn,
      DomainName: `${bucket.name}.s3.amazonaws.com`,
      RegionalDomainName: `${bucket.name}.${host}`,
      DualStackDomainName: `${bucket.name}.s3.dualstack.${world.region}.amazonaws.com`,
    },
  };
}

/** The key of AWS's own (`aws/s3`) needs no permission of the caller's. */
function keyArn(id: string | undefined): string | undefined {
  if (id !== undefined && !id.startsWith('arn:')) throw new Error(`${BUCKET}: the KMS key ${id} must be given by its ARN.`);
  return id;
}

function bucketPolicyProvisioner(iam: Iam, buckets: Buckets): Provisioner {
  const put = (properties: Properties) => {
    const bucket = buckets.named(properties['Bucket']);
    iam.setResourcePolicy(bucket.arn, properties['PolicyDocument']);
    return { physicalId: bucket.name };
  };
  return {
    replaceOn: ['Bucket'],
    create: put,
    update: (_, properties) => put(properties),
    remove: (_, properties) => iam.setResourcePolicy(`arn:aws:s3:::${properties['Bucket']}`, undefined),
    permissions: (verb, properties) =>
      on(`arn:aws:s3:::${properties['Bucket']}`, verb === 'delete' ? 's3:DeleteBucketPolicy' : 's3:PutBucketPolicy'),
  };
}
