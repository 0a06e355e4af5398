import { Athena } from '../../../rehearsal/aws/athena/athena.ts';
import { CloudFormation } from '../../../rehearsal/aws/cloudformation/cloudformation.ts';
import { Iam } from '../../../rehearsal/aws/iam/iam.ts';
import { S3 } from '../../../rehearsal/aws/s3/s3.ts';
import { SecretsManager } from '../../../rehearsal/aws/secretsmanager/secretsmanager.ts';
import { Sqs } from '../../../rehearsal/aws/sqs/sqs.ts';
import { exampleWorld } from '../example-world.ts';

export const exampleStage = {
  name: 'staging',
  secretName: 'example/staging/benchling',
  quiltStackArn: 'arn:aws:cloudformation:us-east-1:111122223333:stack/example-quilt-staging/11111111-1111-1111-1111-111111111111',
  dataBucketName: 'example-staging-data',
  packagerQueueArn: 'arn:aws:sqs:us-east-1:111122223333:example-quilt-staging-packager',
};

/** The services that a stage is played in. */
export function examplePlace() {
  const world = exampleWorld();
  world.listensAt('http://127.0.0.1:1');
  const iam = new Iam(world);
  const s3 = new S3(world, { iam });
  const sqs = new Sqs(world, { iam });
  const secretsmanager = new SecretsManager(world);
  const athena = new Athena(world, { s3 });
  const cloudformation = new CloudFormation(world, {
    iam,
    provisioners: { ...s3.provisioners, ...sqs.provisioners },
    templates: () => Promise.reject(new Error('no template by URL')),
    emit: () => {},
  });
  return {
    s3,
    sqs,
    cloud: { world, secretsmanager, cloudformation, athena },
    secret: (name = exampleStage.secretName) => JSON.parse(secretsmanager.read(name).text) as Record<string, string>,
    remove: () => world.remove(),
  };
}
