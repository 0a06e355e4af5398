import { S3 } from '../../../rehearsal/aws/s3/s3.ts';
import { Sns } from '../../../rehearsal/aws/sns/sns.ts';
import { notifier } from '../../../steps/clients/notifier.ts';
import { objects } from '../../../steps/clients/objects.ts';
import { at, type StandIn, startStandIn } from '../../rehearsal/stand-in.ts';
import { leadTo } from './endpoint.ts';

let standIn: StandIn<{ s3: S3; sns: Sns }>;
beforeAll(async () => {
  standIn = await startStandIn((world, iam) => ({ s3: new S3(world, { iam }), sns: new Sns(world, { iam }) }));
  const { endpoint, credentials } = standIn.client();
  leadTo({ endpoint, ...credentials });
  standIn.parts.s3.createBucket('example-diagnostics');
});
afterAll(() => standIn.stop());

describe('objects', () => {
  it('come back as they were put, text and bytes', async () => {
    await objects.put('example-diagnostics', 'a/ü & b.txt', 'größer', 'text/plain; charset=utf-8');
    expect(await objects.get('example-diagnostics', 'a/ü & b.txt')).toBe('größer');
    await objects.put('example-diagnostics', 'bytes', Buffer.from('example'), 'text/plain');
    expect(await objects.get('example-diagnostics', 'bytes')).toBe('example');
  });

  it('are read from their end alone when only that is asked for', async () => {
    await objects.put('example-diagnostics', 'log', 'one\ntwo\nthree', 'text/plain');
    expect(await objects.get('example-diagnostics', 'log', 5)).toBe('three');
    expect(await objects.get('example-diagnostics', 'log', 1_000)).toBe('one\ntwo\nthree');
  });

  it('are missing with an error, for whoever asks holds a pointer', async () => {
    await expect(objects.get('example-diagnostics', 'absent')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(objects.get('example-absent', 'absent')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('have an address in the form that CloudFormation takes, wherever the client itself is led', async () => {
    expect(await objects.url('example-artefacts', 'artefacts/v1.4.0/1/a b.template.json')).toBe(
      'https://example-artefacts.s3.us-east-1.amazonaws.com/artefacts/v1.4.0/1/a%20b.template.json',
    );
  });
});

it('tells people in a subject that SNS takes', async () => {
  const { physicalId } = await standIn.parts.sns.provisioners['AWS::SNS::Topic']!.create({}, at('Topic'));
  await notifier(physicalId).notify(`a\nsubject ${'x'.repeat(200)}`, 'one\ntwo');
  expect(standIn.parts.sns.published).toMatchObject([{ topicArn: physicalId, message: 'one\ntwo' }]);
  const subject = standIn.parts.sns.published[0]?.subject;
  expect(subject).toHaveLength(100);
  expect(subject).toMatch(/^a subject x+$/);
});
