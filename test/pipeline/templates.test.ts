import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricUnits } from '../../container/src/metrics.ts';
import { metrics } from '../../steps/contract/metrics.ts';
import { allRoles, flat, isProtected, ofType, root, type Template, templates } from '../assembly.ts';

/** What may never lie in a stack that a release touches: a rollback could take it away, or people would lose their own changes. */
const forbidden =
  /^(AWS::Logs::|AWS::SecretsManager::|AWS::S3::|AWS::SQS::|AWS::KMS::|AWS::DynamoDB::|AWS::CloudFormation::CustomResource|Custom::|AWS::Lambda::)/;

describe('the stacks', () => {
  let template: (stack: string) => Template;
  beforeAll(async () => {
    template = await templates();
  }, 60_000);

  describe.each(['StagingService', 'ProdService'])('%s, which releases touch', (stack) => {
    it('holds nothing that keeps evidence, data or secrets', () => {
      expect(
        Object.values(template(stack).Resources)
          .map(({ Type }) => Type)
          .filter((type) => forbidden.test(type)),
      ).toEqual([]);
    });

    it('takes the digest of the image and nothing else', () => {
      expect(Object.keys(template(stack).Parameters ?? {})).toEqual(['ImageDigest']);
      expect(template(stack).Parameters?.['ImageDigest']?.AllowedPattern).toBe('^sha256:[0-9a-f]{64}$');
    });

    it('gives the container two variables, a read-only root, a user, and a log driver that waits', () => {
      const [[, task] = []] = ofType(template(stack), 'AWS::ECS::TaskDefinition');
      const [container] = task!.Properties['ContainerDefinitions'];
      expect(container.Environment.map(({ Name }: { Name: string }) => Name).sort()).toEqual(['BenchlingSecret', 'QuiltStackARN']);
      expect(container).toMatchObject({ ReadonlyRootFilesystem: true, User: '1000', LogConfiguration: { Options: { mode: 'blocking' } } });
      expect(container.DockerLabels).toEqual({ 'release.tag': expect.any(String), 'release.attempt': expect.any(String) });
      expect(task!.Properties['RuntimePlatform']).toEqual({ CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' });
    });

    it('lets ECS ask the container itself, by a command that the image has, sooner than the load balancer makes up its mind', () => {
      const properties = (type: string) => ofType(template(stack), type)[0]![1].Properties;
      const [{ HealthCheck: check }] = properties('AWS::ECS::TaskDefinition')['ContainerDefinitions'];
      const dockerfile = readFileSync('container/Dockerfile', 'utf8');
      const [form, ...command] = check.Command;
      expect(form).toBe('CMD');
      expect(JSON.parse(/^HEALTHCHECK .* CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '')).toEqual(command);
      const balancer = properties('AWS::ElasticLoadBalancingV2::TargetGroup');
      expect(check.Interval).toBeLessThan(balancer['HealthCheckIntervalSeconds'] * (balancer['HealthyThresholdCount'] - 1));
      const grace = properties('AWS::ECS::Service')['HealthCheckGracePeriodSeconds'];
      expect(check.StartPeriod + check.Retries * check.Interval).toBeLessThanOrEqual(grace);
    });

    it('leaves the number of tasks to scaling and puts the breaker behind the machine', () => {
      const [[, service] = []] = ofType(template(stack), 'AWS::ECS::Service');
      expect(service!.Properties).not.toHaveProperty('DesiredCount');
      expect(service!.Properties['DeploymentConfiguration']).toMatchObject({
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: {
          Enable: true,
          Rollback: true,
          ThresholdConfiguration: { Type: 'COUNT', Value: 5 },
          ResetOnHealthyTask: false,
        },
      });
      const [[, target] = []] = ofType(template(stack), 'AWS::ApplicationAutoScaling::ScalableTarget');
      expect(target!.Properties['MinCapacity']).toBeGreaterThanOrEqual(2);
    });

    it('gives every role the boundary of its stage', () => {
      expect(ofType(template(stack), 'AWS::IAM::Role').map(([, role]) => role.Properties['PermissionsBoundary'])).toEqual([
        expect.anything(),
        expect.anything(),
      ]);
    });
  });

  it.each(['ReleaseStores', 'ReleaseMachine', 'StagingFoundation', 'ProdFoundation'])(
    '%s keeps its logs, buckets, keys, tables and images',
    (stack) => {
      const keepers = Object.entries(template(stack).Resources).filter(([, { Type }]) =>
        [
          'AWS::Logs::LogGroup',
          'AWS::S3::Bucket',
          'AWS::KMS::Key',
          'AWS::DynamoDB::Table',
          'AWS::ECR::Repository',
          'AWS::SQS::Queue',
          'AWS::SNS::Topic',
        ].includes(Type),
      );
      expect(keepers.length).toBeGreaterThan(0);
      // RetainExceptOnCreate would let a failed first create delete them.
      expect(keepers.filter(([, resource]) => resource.DeletionPolicy !== 'Retain').map(([id]) => id)).toEqual([]);
    },
  );

  it('keeps buckets private, encrypted and reachable by TLS only', () => {
    for (const stack of ['ReleaseStores', 'StagingFoundation', 'ProdFoundation']) {
      const buckets = ofType(template(stack), 'AWS::S3::Bucket');
      const policies = ofType(template(stack), 'AWS::S3::BucketPolicy');
      for (const [id, bucket] of buckets) {
        expect(bucket.Properties['BucketEncryption']).toBeDefined();
        expect(Object.values(bucket.Properties['PublicAccessBlockConfiguration'])).toEqual([true, true, true, true]);
        const policy = policies.find(([, { Properties }]) => Properties['Bucket'].Ref === id);
        expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
      }
    }
    const [[, diagnostics] = []] = ofType(template('ReleaseStores'), 'AWS::S3::Bucket').filter(([id]) => id.startsWith('Diagnostics'));
    expect(diagnostics!.Properties['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
  });

  it('keeps images by immutable tags, scanned when pushed', () => {
    const [[, images] = []] = ofType(template('ReleaseStores'), 'AWS::ECR::Repository');
    expect(images!.Properties).toMatchObject({ ImageTagMutability: 'IMMUTABLE', ImageScanningConfiguration: { ScanOnPush: true } });
  });

  it.each([
    ['StagingFoundation', 'staging'],
    ['ProdFoundation', 'prod'],
  ])('%s watches its load balancer by the minute, and takes silence for health', (stack, stage) => {
    const alarms = ofType(template(stack), 'AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => Properties)
      .filter(({ Namespace }) => Namespace === 'AWS/ApplicationELB');
    const [[balancer] = []] = ofType(template(stack), 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(alarms.map(({ MetricName }) => MetricName).sort()).toEqual([
      'HTTPCode_ELB_5XX_Count',
      'HTTPCode_Target_5XX_Count',
      'TargetResponseTime',
    ]);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ Period: 60, TreatMissingData: 'notBreaching', AlarmName: expect.stringMatching(`^release-${stage}-`) });
      const runbook = /Runbook: ([\w-]+)$/.exec(alarm['AlarmDescription'])?.[1];
      expect(existsSync(join(root, 'runbooks', `${runbook}.md`))).toBe(true);
      // The target group is the Service stack's, and a release may replace it.
      expect(alarm['Dimensions']).toEqual([{ Name: 'LoadBalancer', Value: { 'Fn::GetAtt': [balancer, 'LoadBalancerFullName'] } }]);
    }
    const told = template(stack).Outputs?.['AlarmNames']?.Value as string;
    expect(told.split(',').sort()).toEqual(alarms.map(({ AlarmName }) => AlarmName).sort());
  });

  it.each([
    ['StagingFoundation', 'staging'],
    ['ProdFoundation', 'prod'],
  ])('%s tells of events that were given up or wait too long, and ends no release by them', (stack, stage) => {
    const alarms = ofType(template(stack), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    const ofWork = alarms.filter(({ Namespace }) => Namespace === 'AWS/SQS');
    expect(ofWork.map(({ AlarmName, MetricName, Threshold }) => [AlarmName, MetricName, Threshold])).toEqual([
      [`release-${stage}-work-parked`, 'ApproximateNumberOfMessagesVisible', 1],
      [`release-${stage}-work-late`, 'ApproximateAgeOfOldestMessage', 1800],
    ]);
    expect(template(stack).Outputs?.['AlarmNames']?.Value).not.toContain('work');
  });

  it('shows on one page what the steps and the service measure, and nothing that nobody sends', () => {
    const [[, page] = [], ...others] = ofType(template('ReleaseMachine'), 'AWS::CloudWatch::Dashboard');
    expect(others).toEqual([]);
    const body = flat(page!.Properties['DashboardBody']);
    const named = new Set(
      [...body.matchAll(/\["ReleasePipeline","(\w+)"|MetricName=\\"(\w+)\\" (?:service|Stage)=/g)].map(
        ([, plain, found]) => plain ?? found,
      ),
    );
    expect([...named].toSorted()).toEqual(
      Object.keys(metrics)
        .filter((name) => name !== 'TaskLost')
        .toSorted(),
    );
    const ofService = [...body.matchAll(/\["BenchlingWebhook","(\w+)"|MetricName=\\"(\w+)\\" Secret=/g)].map(
      ([, plain, found]) => plain ?? found,
    );
    expect([...new Set(ofService)].toSorted()).toEqual(
      Object.keys(metricUnits)
        .filter((name) => name !== 'ExportSize')
        .toSorted(),
    );
  });

  describe.each(['Staging', 'Prod'])('the address of %s', (stage) => {
    const foundation = () => template(`${stage}Foundation`);
    const ofAddress = /^AWS::(ElasticLoadBalancingV2::(LoadBalancer|Listener)$|CertificateManager::|Route53::|WAFv2::)/;

    it('is HTTPS, and leads through one load balancer whose name no change of code takes away', () => {
      expect(foundation().Outputs?.['ServiceUrl']?.Value).toMatch(/^https:\/\/webhook\./);
      const balancers = ofType(foundation(), 'AWS::ElasticLoadBalancingV2::LoadBalancer');
      // Another logical id, or another value of one of these three, is another load balancer with another name.
      expect(balancers.map(([id, { Properties }]) => [id, Properties['Name'], Properties['Scheme'], Properties['Type']])).toEqual([
        ['LoadBalancerCD993E47', undefined, 'internet-facing', 'application'],
      ]);
      expect(balancers.map(([, { DeletionPolicy, UpdateReplacePolicy }]) => [DeletionPolicy, UpdateReplacePolicy])).toEqual([
        ['Retain', 'Retain'],
      ]);
    });

    it('is the foundation’s alone: a Service stack that is deleted and made again finds it as it was', () => {
      const types = Object.values(template(`${stage}Service`).Resources).map(({ Type }) => Type);
      expect(types.filter((type) => ofAddress.test(type))).toEqual([]);
      const [[, rule] = []] = ofType(template(`${stage}Service`), 'AWS::ElasticLoadBalancingV2::ListenerRule');
      expect(flat(rule!.Properties['ListenerArn'])).toContain(`${stage}Foundation:`);
    });

    it('cannot be taken away by who deploys the service', () => {
      const [deploying] = allRoles(foundation()).filter(({ id }) => id.startsWith('DeployRole'));
      const changes = deploying!.grants.filter(({ action }) =>
        /^(acm|route53|wafv2):|LoadBalancer|(Create|Modify|Delete)Listener$/.test(action),
      );
      expect(changes).toEqual([]);
    });

    it('is answered on port 443 and nowhere else', () => {
      expect(
        ofType(foundation(), 'AWS::ElasticLoadBalancingV2::Listener').map(([, { Properties }]) => [
          Properties['Protocol'],
          Properties['Port'],
        ]),
      ).toEqual([['HTTPS', 443]]);
      const open = ofType(foundation(), 'AWS::EC2::SecurityGroup').flatMap(
        ([, { Properties }]) => Properties['SecurityGroupIngress'] ?? [],
      );
      expect(open.map(({ CidrIp, FromPort, ToPort }: Record<string, unknown>) => [CidrIp, FromPort, ToPort])).toEqual([
        ['0.0.0.0/0', 443, 443],
      ]);
    });

    it('stays when somebody asks to delete its stack', async () => {
      expect(await isProtected(`${stage}Foundation`)).toBe(true);
    });
  });

  it('builds on linux/amd64 from the tag, by the buildspec of the tag', () => {
    const [[, project] = []] = ofType(template('ReleaseMachine'), 'AWS::CodeBuild::Project');
    expect(project!.Properties).toMatchObject({
      Environment: { Type: 'LINUX_CONTAINER', PrivilegedMode: true },
      Source: { Type: 'CODECOMMIT', BuildSpec: 'build/buildspec.yml' },
    });
  });

  it('hears of created and moved tags, and of nothing else', () => {
    const [[, rule] = []] = ofType(template('ReleaseMachine'), 'AWS::Events::Rule');
    expect(rule!.Properties['EventPattern']).toMatchObject({
      source: ['aws.codecommit'],
      'detail-type': ['CodeCommit Repository State Change'],
      detail: { event: ['referenceCreated', 'referenceUpdated', 'referenceDeleted'], referenceType: ['tag'] },
    });
    expect(rule!.Properties['Targets'][0].DeadLetterConfig).toBeDefined();
  });

  it('names nothing but the release table, log groups, alarms and what a secret’s name gives', () => {
    const named = ['ReleaseStores', 'ReleaseMachine', 'StagingFoundation', 'ProdFoundation', 'StagingService', 'ProdService'].flatMap(
      (stack) =>
        Object.entries(template(stack).Resources).flatMap(([id, { Properties = {} }]) =>
          Object.keys(Properties)
            .filter(
              (key) =>
                /^(TableName|LogGroupName|BucketName|RepositoryName|TopicName|QueueName|RoleName|FunctionName|StateMachineName|ServiceName|ClusterName|AliasName|RuleName|AlarmName)$/.test(
                  key,
                ) && typeof Properties[key] === 'string',
            )
            .map((key) => `${key} of ${id}`),
        ),
    );
    expect(new Set(named.map((entry) => entry.split(' ')[0]))).toEqual(
      new Set(['TableName', 'LogGroupName', 'AliasName', 'AlarmName', 'QueueName']),
    );
  });
});
