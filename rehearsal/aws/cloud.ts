import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { dockerCommand } from '../docker/command.ts';
import type { DockerDaemon } from '../docker/daemon.ts';
import { type Authority, createAuthority } from '../world/certificates.ts';
import { Athena } from './athena/athena.ts';
import { CertificateManager } from './certificatemanager/certificate-manager.ts';
import { CloudFormation } from './cloudformation/cloudformation.ts';
import { CloudTrail } from './cloudtrail/cloudtrail.ts';
import type { AlarmMessage } from './cloudwatch/alarm-message.ts';
import { CloudWatch } from './cloudwatch/cloudwatch.ts';
import type { CodeBuildCollaborators } from './codebuild/build-site.ts';
import { CodeBuild } from './codebuild/codebuild.ts';
import { CodeCommit } from './codecommit/codecommit.ts';
import { DynamoDb } from './dynamodb/dynamodb.ts';
import { Ec2 } from './ec2/ec2.ts';
import { Ecr } from './ecr/ecr.ts';
import { Ecs } from './ecs/ecs.ts';
import { DockerExecutor } from './ecs/executors/docker-executor.ts';
import type { Executor } from './ecs/executors/executor.ts';
import { ProcessExecutor } from './ecs/executors/process-executor.ts';
import { ElasticLoadBalancing } from './elasticloadbalancing/elastic-load-balancing.ts';
import { Events } from './events/events.ts';
import { Iam } from './iam/iam.ts';
import type { CloudEvent, Hooks, Provisioners, World } from './kernel.ts';
import { Kms } from './kms/kms.ts';
import { Lambda } from './lambda/lambda.ts';
import { urlPrefix } from './lambda/url/function-urls.ts';
import { Logs } from './logs/logs.ts';
import { Route53 } from './route53/route53.ts';
import { S3 } from './s3/s3.ts';
import { SecretsManager } from './secretsmanager/secretsmanager.ts';
import { envelope, Sns } from './sns/sns.ts';
import { Sqs } from './sqs/sqs.ts';
import { States } from './states/states.ts';
import { createWire, type Wire } from './wire/server.ts';

export interface CloudOptions {
  /** An existing directory of this cloud's own. */
  readonly home: string;
  readonly clock: Clock;
  readonly account: string;
  readonly region: string;
  /** What runs containers: processes of this machine, or a daemon. */
  readonly containers: 'process' | DockerDaemon;
  /** The checkout whose installed packages builds may reuse. */
  readonly packages: string;
  /** How many sandboxes of functions stay warm while idle. @default 2 */
  readonly warm?: number;
  /** Signs what load balancers present. @default - one that nobody trusts */
  readonly authority?: Authority;
  /** Directory of a published code asset. */
  code(bucket: string, key: string): string | undefined;
  /** What connections of the account lead to, outside of AWS, and the issuers that STS may ask for keys. @default - nothing */
  readonly outside?: {
    readonly connected: CodeBuildCollaborators['connected'];
    readonly identityKeys: NonNullable<World['identityKeys']>;
  };
  /** Variables that lead tasks, functions and builds to the outside world. */
  platform(): Readonly<Record<string, string>>;
}

/** All of AWS that a release meets, wired together behind one endpoint. */
export class Cloud {
  readonly world: World;
  /** Faults reach in here. */
  readonly hooks: Hooks = {};
  readonly iam: Iam;
  readonly events: Events;
  readonly logs: Logs;
  readonly s3: S3;
  readonly secretsmanager: SecretsManager;
  readonly cloudwatch: CloudWatch;
  readonly certificates: CertificateManager;
  readonly names = new Route53();
  readonly elb: ElasticLoadBalancing;
  readonly ecr: Ecr;
  readonly ecs: Ecs;
  readonly lambda: Lambda;
  readonly states: States;
  readonly codecommit: CodeCommit;
  readonly codebuild: CodeBuild;
  readonly cloudformation: CloudFormation;
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly athena: Athena;
  readonly wire: Wire;
  private url: string | undefined;
  private stopped = false;

  constructor(options: CloudOptions) {
    const world = this.createWorld(options);
    this.world = world;
    const iam = new Iam(world);
    this.iam = iam;
    this.events = new Events(world, { iam });
    const emit = (event: CloudEvent) => this.events.emit(event);
    this.sns = new Sns(world, { iam });
    this.cloudwatch = new CloudWatch(world, { emit, notify: (message) => this.notify(message) });
    this.logs = new Logs(world, { measure: this.cloudwatch.metrics.measure });
    this.s3 = new S3(world, { iam });
    this.secretsmanager = new SecretsManager(world);
    this.sqs = new Sqs(world, { iam });
    this.athena = new Athena(world, { s3: this.s3 });
    this.cloudwatch.gauge(() => this.sqs.measure(this.cloudwatch.metrics.measure));
    this.certificates = new CertificateManager(world, options.authority ?? createAuthority());
    this.elb = new ElasticLoadBalancing(world, {
      measure: this.cloudwatch.metrics.measure,
      certificate: (arn) => this.certificates.identity(arn),
    });
    this.ecr = new Ecr(world, { emit });
    this.ecs = new Ecs(world, {
      iam,
      logs: this.logs,
      ecr: this.ecr,
      elb: this.elb,
      secrets: this.secretsmanager,
      emit,
      executor: this.createExecutor(options),
    });
    const { code, warm } = options;
    this.lambda = new Lambda(world, { iam, logs: this.logs, visible: (queueArn) => this.sqs.visible(queueArn), code, warm });
    this.states = new States(world, { iam, emit });
    this.codecommit = new CodeCommit(world, { emit });
    this.codebuild = new CodeBuild(world, {
      sources: this.codecommit,
      ...(options.outside && { connected: options.outside.connected }),
      iam,
      emit,
      packages: options.packages,
      ...this.buildHost(options),
    });
    const stores = [new DynamoDb(world), new Kms(world, { iam })];
    const services = [
      iam,
      this.events,
      this.logs,
      this.s3,
      this.secretsmanager,
      this.sns,
      this.sqs,
      this.cloudwatch,
      this.elb,
      this.ecr,
      this.ecs,
      this.lambda,
      this.states,
      this.codecommit,
      this.codebuild,
      ...stores,
    ];
    this.cloudformation = new CloudFormation(world, {
      iam,
      provisioners: Object.assign(
        {},
        ...[...services, this.certificates, this.names].map(({ provisioners }) => provisioners),
      ) as Provisioners,
      templates: (url) => this.template(url),
      emit,
    });
    const onlookers = [
      this.athena,
      this.certificates,
      this.names,
      new CloudTrail({ denied: () => iam.denied() }),
      new Ec2({ resources: () => this.cloudformation.resources('AWS::EC2::'), interfaces: () => this.ecs.interfaces() }),
    ];
    this.wire = createWire(
      world,
      iam,
      [...services, ...onlookers, this.cloudformation].map(({ service }) => service),
    );
    this.wire.route('/_codecommit/', this.codecommit.handle);
    this.wire.route(urlPrefix, this.lambda.urls.handle);
    this.connectTargets();
  }

  async start(): Promise<string> {
    this.url = await this.wire.listen();
    await this.ecr.start();
    this.cloudwatch.start();
    return this.url;
  }

  /** Ends every process, listener and timer that belongs to this cloud. */
  async stop(): Promise<void> {
    this.cloudwatch.stop();
    // Nobody is told of what the end itself does: a function that began now would outlive it.
    await this.events.close();
    await this.states.close();
    await this.codebuild.close();
    await this.lambda.close();
    await this.ecs.stop();
    await this.elb.stop();
    await this.ecr.stop();
    await this.wire.close();
    this.stopped = true;
  }

  private createWorld({ account, region, clock, home, platform, outside }: CloudOptions): World {
    const log = join(home, 'rehearsal.log');
    return {
      account,
      region,
      partition: 'aws',
      clock,
      hooks: this.hooks,
      home,
      platform,
      ...(outside && { identityKeys: outside.identityKeys }),
      endpoint: () => {
        if (!this.url) throw new Error('the stand-in does not listen yet');
        return this.url;
      },
      // A request that was under way when all ended fails after it, when the folder may be gone.
      log: (line) => {
        if (!this.stopped) appendFileSync(log, `${new Date().toISOString()} ${line}\n`);
      },
    };
  }

  private createExecutor({ containers }: CloudOptions): Executor {
    const credentials = () => this.ecr.token();
    return containers === 'process'
      ? new ProcessExecutor(this.world, credentials)
      : new DockerExecutor(this.world, containers, credentials);
  }

  /** What a build finds where it runs: a docker command, and the way out. Its logins and its builder's settings are its own, as its HOME is. */
  private buildHost({ containers, home, platform }: CloudOptions): Pick<CodeBuildCollaborators, 'tools' | 'environment'> {
    if (containers === 'process') return { tools: [dockerCommand(home)], environment: platform };
    return { environment: () => ({ ...platform(), DOCKER_HOST: containers.host }) };
  }

  /** What rules and topics may deliver to. */
  private connectTargets(): void {
    const { events, lambda, sns, sqs, states } = this;
    events.target('lambda', ({ arn, payload, ruleArn }) => lambda.deliver(arn, payload, ruleArn));
    events.target('states', ({ arn, payload, principal }) => states.deliver(arn, payload, principal?.arn ?? ''));
    events.target('sns', ({ arn, payload }) => sns.publish({ topicArn: arn, message: JSON.stringify(payload) }));
    events.target('sqs', ({ arn, payload, messageGroupId, attributes = {} }) =>
      sqs.send(arn, {
        body: JSON.stringify(payload),
        groupId: messageGroupId,
        attributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
        ),
      }),
    );
    sns.deliverTo('sqs', 'sqs:SendMessage', ({ endpoint, raw }, message) =>
      sqs.send(endpoint, { body: raw ? message.message : envelope(message) }),
    );
  }

  /** Tells a topic for an alarm, if the topic lets CloudWatch. */
  private async notify({ topicArn, alarmArn, subject, message }: AlarmMessage): Promise<void> {
    const context = { 'aws:SourceArn': alarmArn, 'aws:SourceAccount': this.world.account };
    await this.iam.authorizeService('cloudwatch.amazonaws.com', { action: 'sns:Publish', resource: topicArn, context });
    this.sns.publish({ topicArn, subject, message });
  }

  /** Reads a template as CloudFormation does, from an object's address in any of S3's forms. */
  private async template(url: string): Promise<string> {
    const { hostname, pathname } = new URL(url);
    const path = decodeURIComponent(pathname.slice(1));
    const virtual = /^(.+)\.s3[.-]/.exec(hostname)?.[1];
    const [bucket = '', key = ''] = virtual ? [virtual, path] : [path.slice(0, path.indexOf('/')), path.slice(path.indexOf('/') + 1)];
    return (await this.s3.get(bucket, key)).toString('utf8');
  }
}
