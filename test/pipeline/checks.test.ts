import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { Acknowledgement } from '../../pipeline/acknowledgements.ts';
import { checkTemplates } from '../../pipeline/checks.ts';

const flags = { '@aws-cdk/core:validateAgainstDefaultRules': true };

/** What the synth of two stacks says, each spoilt as told; null when it succeeds. */
function synth(
  spoil: { used?: (stack: Stack) => void; other?: (stack: Stack) => void },
  { all = false, entries = [] as readonly Acknowledgement[] } = {},
): string | null {
  const app = new App({ context: flags, treeMetadata: false, analyticsReporting: false });
  const used = new Stack(app, 'Used');
  const other = new Stack(app, 'Other');
  for (const stack of [used, other])
    new CfnResource(stack, 'Right', { type: 'AWS::SSM::Parameter', properties: { Type: 'String', Value: 'a' } });
  spoil.used?.(used);
  spoil.other?.(other);
  checkTemplates(app, all ? 'all' : [used], entries);
  try {
    app.synth();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What cdk-nag finds, and CloudFormation would accept. */
const openBucket = (stack: Stack) => void new Bucket(stack, 'Open', { serverAccessLogsPrefix: 'logs/' });
/** What the Serverless pack finds. */
const queueWithoutWayOut = (stack: Stack) => void new CfnQueue(stack, 'Queue');
/** What CloudFormation would refuse, and no rule pack is about. */
const wrongProperty = (stack: Stack) =>
  void new CfnResource(stack, 'Wrong', { type: 'AWS::Logs::LogGroup', properties: { RetentionInDays: 30, KeptForever: true } });

const spoilt = (stack: Stack) => {
  openBucket(stack);
  wrongProperty(stack);
};

const excuse: Acknowledgement = { title: 'the open bucket', reason: 'a test', covers: (_id, path) => path.endsWith('/Open') };
const idle: Acknowledgement = { title: 'a queue of old', reason: 'a test', covers: () => false };

describe('the checks of a synth', () => {
  it('fail on a finding of a rule pack, say what to do, and fail on a template that CloudFormation would refuse', () => {
    const message = synth({
      used: (stack) => {
        spoilt(stack);
        queueWithoutWayOut(stack);
      },
    });
    for (const rule of ['AwsSolutions-S10', 'NIST.800.53.R5-S3BucketSSLRequestsOnly', 'Serverless-SQSRedrivePolicy'])
      expect(message).toContain(rule);
    expect(message).toContain('Used/Open/Resource');
    expect(message).toContain('add it to pipeline/acknowledgements.ts');
    expect(message).toContain('KeptForever');
  }, 60_000);

  it('let stand what is acknowledged, and leave stacks out that are only referred to', () => {
    expect(synth({ used: openBucket, other: spoilt }, { entries: [excuse, idle] })).toBeNull();
  }, 60_000);

  it('look at every stack where all are made, and fail on an entry that excuses nothing', () => {
    const message = synth({ other: spoilt }, { all: true, entries: [excuse, idle] });
    expect(message).not.toContain('AwsSolutions-S');
    expect(message).toContain('KeptForever');
    expect(message).toContain('a queue of old');
    expect(message).not.toContain('the open bucket');
  }, 60_000);
});
