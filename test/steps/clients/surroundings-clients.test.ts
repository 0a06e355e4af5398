import { CertificateManager } from '../../../rehearsal/aws/certificatemanager/certificate-manager.ts';
import { CodeCommit } from '../../../rehearsal/aws/codecommit/codecommit.ts';
import { Route53 } from '../../../rehearsal/aws/route53/route53.ts';
import { S3 } from '../../../rehearsal/aws/s3/s3.ts';
import { Sns } from '../../../rehearsal/aws/sns/sns.ts';
import { Sqs } from '../../../rehearsal/aws/sqs/sqs.ts';
import { createAuthority } from '../../../rehearsal/world/certificates.ts';
import { certificates } from '../../../steps/clients/certificates.ts';
import { buckets, queues } from '../../../steps/clients/data-places.ts';
import { hostedZones } from '../../../steps/clients/hosted-zones.ts';
import { repositories } from '../../../steps/clients/repositories.ts';
import { subscriptions } from '../../../steps/clients/subscriptions.ts';
import { create } from '../../rehearsal/ecs/example-cloud.ts';
import { type StandIn, startStandIn } from '../../rehearsal/stand-in.ts';
import { leadTo } from './endpoint.ts';

const parts = (...[world, iam]: Parameters<Parameters<typeof startStandIn>[0]>) => ({
  s3: new S3(world, { iam }),
  sqs: new Sqs(world, { iam }),
  sns: new Sns(world, { iam }),
  codecommit: new CodeCommit(world, { emit: () => {} }),
  certificates: new CertificateManager(world, createAuthority()),
  names: new Route53(),
});
let standIn: StandIn<ReturnType<typeof parts>>;
beforeAll(async () => {
  standIn = await startStandIn(parts);
  const { endpoint, credentials } = standIn.client();
  leadTo({ endpoint, ...credentials });
});
afterEach(() => {
  standIn.hooks.call = undefined;
});
afterAll(() => standIn.stop());

const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/33333333-3333-3333-3333-333333333333';
const queueArn = 'arn:aws:sqs:us-east-1:111122223333:example-packager';

describe('what a pipeline is installed into', () => {
  it('is not there when AWS says so', async () => {
    expect(await buckets.regionOf('example-absent')).toBeNull();
    expect(await queues.exists(queueArn)).toBe(false);
    expect(await repositories.cloneUrl('example-absent')).toBeNull();
    expect(await certificates.describe(certificateArn)).toBeNull();
    expect(await hostedZones.describe('Z0123456789EXAMPLE')).toBeNull();
  });

  it('is there with what is asked of it', async () => {
    const { s3, sqs, codecommit, certificates: held, names } = standIn.parts;
    s3.createBucket('example-data');
    sqs.createQueue('example-packager');
    await codecommit.create('example-webhook');
    held.put(certificateArn, ['*.example.com']);
    names.hold('Z0123456789EXAMPLE', 'example.com');
    expect(await buckets.regionOf('example-data')).toBe('us-east-1');
    expect(await queues.exists(queueArn)).toBe(true);
    expect(await repositories.cloneUrl('example-webhook')).toMatch(/example-webhook$/);
    expect(await hostedZones.describe('Z0123456789EXAMPLE')).toEqual({ name: 'example.com', isPrivate: false });
    const found = await certificates.describe(certificateArn);
    expect(found).toMatchObject({ status: 'ISSUED', names: ['*.example.com'], renewed: false });
    expect(Date.parse(found?.notAfter ?? '')).toBeGreaterThan(Date.now() + 190 * 86_400_000);
  });

  it('is not known, and never absent, when AWS refuses to say', async () => {
    standIn.hooks.call = () => {
      throw Object.assign(new Error('not allowed'), { name: 'AccessDenied', $fault: 'client', $metadata: {} });
    };
    const asked = [
      buckets.regionOf('example-absent'),
      queues.exists(queueArn),
      repositories.cloneUrl('example-absent'),
      certificates.describe(certificateArn),
      hostedZones.describe('Z0123456789EXAMPLE'),
      subscriptions.of('arn:aws:sns:us-east-1:111122223333:example'),
    ];
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(asked.map(() => 'rejected'));
  });
});

describe('who hears of a topic', () => {
  it('is whoever has confirmed, and who has not is told apart', async () => {
    const { physicalId: topic } = await create(standIn.parts.sns.provisioners, 'AWS::SNS::Topic', {
      Subscription: [
        { Protocol: 'email', Endpoint: 'you@example.com' },
        { Protocol: 'sqs', Endpoint: queueArn },
      ],
    });
    expect(await subscriptions.of(topic)).toEqual({ confirmed: [`sqs ${queueArn}`], pending: ['email you@example.com'] });
  });
});
