import { mask, maskAccounts, parseStackArn, queueNames, quiltOutputs } from '../../../container/src/config/index.ts';
import { exampleOutputs, exampleStackArn } from '../builders.ts';

describe('the stack ARN', () => {
  it.each(['aws', 'aws-us-gov', 'aws-cn'])('is taken apart in partition %s', (partition) => {
    expect(parseStackArn(exampleStackArn.replace('arn:aws:', `arn:${partition}:`))).toMatchObject({
      ok: true,
      partition,
      region: 'eu-west-1',
      account: '111122223333',
      name: 'example-quilt',
    });
  });

  it('is refused without a region', () => {
    expect(parseStackArn(exampleStackArn.replace('eu-west-1', ''))).toEqual({ ok: false, rule: 'has no region' });
  });

  it.each(['', 'example-quilt', exampleStackArn.replace('111122223333', '1'), exampleStackArn.replace('cloudformation', 's3')])(
    'is refused when it is %j',
    (text) => {
      expect(parseStackArn(text)).toMatchObject({ ok: false, rule: expect.stringContaining('must look like') });
    },
  );
});

describe('the outputs of the Quilt stack', () => {
  it.each([
    [{ QuiltWebHost: 'https://a.example.com/', Catalog: 'b.example.com' }, 'a.example.com'],
    [{ Catalog: 'b.example.com', CatalogDomain: 'c.example.com' }, 'b.example.com'],
    [{ QuiltWebHost: '', CatalogDomain: 'http://c.example.com' }, 'c.example.com'],
    [{ ApiGatewayEndpoint: 'https://d.example.com/prod' }, 'd.example.com'],
  ])('name the catalog in %j', (names, catalog) => {
    const { QuiltWebHost: _, ...others } = exampleOutputs;
    expect(quiltOutputs({ ...others, ...names })).toMatchObject({ ok: true, catalog });
  });

  it('take the queue by ARN when no URL is exported', () => {
    const { PackagerQueueUrl: _, ...others } = exampleOutputs;
    const quilt = quiltOutputs({ ...others, PackagerQueueArn: 'arn:aws:sqs:eu-west-1:111122223333:example-packager' });
    if (!quilt.ok) throw new Error(quilt.message);
    expect(queueNames(quilt.queueArn ?? '', { partition: 'aws', region: 'eu-west-1' })).toEqual({
      url: exampleOutputs['PackagerQueueUrl'],
      arn: 'arn:aws:sqs:eu-west-1:111122223333:example-packager',
    });
  });

  it('derive the ARN from the URL, whatever host the URL has', () => {
    const quilt = quiltOutputs({ ...exampleOutputs, PackagerQueueUrl: 'http://127.0.0.1:4566/111122223333/example.fifo' });
    if (!quilt.ok) throw new Error(quilt.message);
    expect(queueNames(quilt.queueUrl ?? '', { partition: 'aws-us-gov', region: 'us-gov-west-1' }).arn).toBe(
      'arn:aws-us-gov:sqs:us-gov-west-1:111122223333:example.fifo',
    );
  });

  it('are reported together when missing, with those that exist', () => {
    expect(quiltOutputs({ Zebra: '1', Apple: '2', PackagerQueueUrl: 'not a queue' })).toEqual({
      ok: false,
      cause: 'QuiltOutputMissing',
      missing: ['UserAthenaDatabaseName', 'PackagerQueueUrl', 'QuiltWebHost'],
      existing: ['Apple', 'PackagerQueueUrl', 'Zebra'],
      message:
        'The Quilt stack has no usable output UserAthenaDatabaseName, PackagerQueueUrl, QuiltWebHost; it has Apple, PackagerQueueUrl, Zebra.',
    });
  });
});

describe('masking', () => {
  it.each([
    ['', '***'],
    ['1234', '***'],
    ['12345', '***2345'],
  ])('shows %j as %j', (value, masked) => {
    expect(mask(value)).toBe(masked);
  });

  it('masks the account in an ARN and in a URL, and no longer number', () => {
    expect(maskAccounts('arn:aws:sqs:eu-west-1:111122223333:q')).toBe('arn:aws:sqs:eu-west-1:***3333:q');
    expect(maskAccounts('https://sqs.example.com/111122223333/q')).toBe('https://sqs.example.com/***3333/q');
    expect(maskAccounts('1111222233334')).toBe('1111222233334');
  });
});
