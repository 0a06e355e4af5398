import { Aspects, CfnOutput, CfnParameter, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { FunctionName } from '../steps/contract/environment.ts';
import { RecordedStage } from '../steps/contract/recording.ts';
import { GitHubSource, type Source } from '../steps/contract/source.ts';
import { Stage } from '../steps/contract/stage.ts';
import { type StepName, steps } from '../steps/contract/steps.ts';
import { Approvals } from './approvals.ts';
import { warnOfMovingBase } from './base-image.ts';
import { Boundary } from './boundary.ts';
import type { Config } from './config.ts';
import { DeadMachine } from './dead-machine.ts';
import { FlightRecorder } from './flight-recorder.ts';
import { ImageBuild } from './image-build.ts';
import { grantOwnHistory } from './own-history.ts';
import { PipelineAlarms } from './pipeline-alarms.ts';
import { ReleaseDashboard } from './release-dashboard.ts';
import { ReleaseMachine } from './release-machine.ts';
import { ReleaseTrigger } from './release-trigger.ts';
import { RolesThatStay } from './roles-that-stay.ts';
import { ScheduledChecks } from './scheduled-checks.ts';
import { grantHolders } from './stage-holders.ts';
import { StepFunction } from './step-function.ts';
import { stepGrants } from './step-grants.ts';
import type { StoresStack } from './stores-stack.ts';

export interface MachineStackProps extends StackProps {
  readonly stores: StoresStack;
  readonly config: Config;
  /** Aliases of the stages' sample keys. */
  readonly sampleKeyAliases: readonly string[];
  /** Alarms of the stages' foundations. */
  readonly alarmNames: readonly string[];
  /** Directory of the bundled steps. */
  readonly bundles: string;
}

/** All that can be replaced: functions, machine, build, trigger. */
export class MachineStack extends Stack {
  constructor(scope: Construct, id: string, props: MachineStackProps) {
    super(scope, id, props);
    const { stores, config } = props;
    const kept = [stores.stackName, this.stackName, ...config.stages.map((stage) => stage.foundationStack)];
    Aspects.of(this).add(new RolesThatStay(new Boundary(this, 'Boundary', { stacks: kept })));
    // A parameter, so that an account with a registry of its own, or a rehearsal without any, can name another.
    const baseImage = new CfnParameter(this, 'BaseImage', {
      default: config.baseImage,
      description: 'Node image that the service is built on',
    });
    warnOfMovingBase(this, config.baseImage);
    const build = new ImageBuild(this, 'ImageBuild', { stores, source: config.source, baseImage: baseImage.valueAsString });

    const grants = stepGrants(this, props);
    const recorded = config.stages.map((stage) => RecordedStage.strip().parse(stage));
    // What only CDK needs of it stays here.
    const source: Source = config.source.host === 'github' ? GitHubSource.strip().parse(config.source) : config.source;
    const variables = {
      RELEASE_TABLE: stores.table.tableName,
      DIAGNOSTICS_BUCKET: stores.diagnostics.bucketName,
      ARTEFACTS_BUCKET: stores.artefacts.bucketName,
      REPOSITORY_NAME: stores.repository.repositoryName,
      REPOSITORY_URI: stores.repositoryUri,
      TOPIC_ARN: stores.topic.topicArn,
      SOURCE: JSON.stringify(source),
      APPROVALS: JSON.stringify({ fourEyes: config.fourEyes, pushers: config.pushers }),
      STAGES: JSON.stringify(recorded),
    };
    const make = (step: FunctionName, stateMachineArn = '') =>
      new StepFunction(this, {
        step,
        bundles: props.bundles,
        variables: { ...variables, STATE_MACHINE_ARN: stateMachineArn },
        grants: grants[step],
        // The cap of a collection is 120 s; what it has by then must still be sealed.
        ...(step === 'CollectDiagnostics' && { timeout: Duration.seconds(180) }),
      });
    const functions = Object.fromEntries((Object.keys(steps) as StepName[]).map((step) => [step, make(step).version])) as Record<
      StepName,
      lambda.Version
    >;

    const { machine } = new ReleaseMachine(this, 'Release', {
      functions,
      table: stores.table,
      build: build.project,
      stages: config.stages.map((stage) => Stage.strip().parse(stage)),
      diagnosticsBucketName: stores.diagnostics.bucketName,
      artefactsBucketName: stores.artefacts.bucketName,
    });
    grantOwnHistory(this, machine, [functions.CloseRelease, functions.Report]);
    grantHolders(this, machine, functions.LockStage);
    const starter = make('StartRelease', machine.stateMachineArn);
    machine.grantStartExecution(starter.version);
    const trigger = new ReleaseTrigger(this, 'Trigger', { source: config.source, starter: starter.version, topic: stores.topic });
    const recorder = make('RecordEvent').version;
    new FlightRecorder(this, 'Recorder', { stages: recorded, recorder, topic: stores.topic });
    new Approvals(this, 'Approvals', { decider: make('DecideApproval').function });
    new DeadMachine(this, 'Rescue', { machine, rescuer: make('RescueRelease', machine.stateMachineArn).version, topic: stores.topic });
    this.watch(props, machine, make);

    for (const [key, value] of Object.entries({
      StateMachineArn: machine.stateMachineArn,
      ReleaseTable: stores.table.tableName,
      DiagnosticsBucket: stores.diagnostics.bucketName,
      Repository: config.repository,
      Source: JSON.stringify(source),
      // What the workflow of GitHub is told as RELEASE_ROLE_ARN, and what the subject of its tokens must begin with.
      ...(trigger.workflow && { WorkflowRole: trigger.workflow.role.roleArn, WorkflowSubject: trigger.workflow.subject }),
      // `release retry` and `release start` invoke it: one door counts the attempts.
      StartFunction: starter.version.functionArn,
      // What people's commands need to know of the stages; no secret stands in the table of stages.
      Stages: JSON.stringify(config.stages),
    })) {
      new CfnOutput(this, key, { value });
    }
  }

  /** What looks at all this while nothing is released, and whom it calls. */
  private watch(
    { stores: { topic }, config: { stages, checks } }: MachineStackProps,
    machine: sfn.StateMachine,
    make: (step: FunctionName, stateMachineArn?: string) => StepFunction,
  ): void {
    const every = {
      secretsEvery: Duration.minutes(checks.secretsEveryMinutes),
      releasesEvery: Duration.minutes(checks.releasesEveryMinutes),
    };
    new ScheduledChecks(this, 'Checks', {
      ...every,
      machine,
      topic,
      stages: stages.map((stage) => Stage.strip().parse(stage)),
      secrets: make('CheckSecrets').version,
      releases: make('CheckReleases', machine.stateMachineArn).version,
      expectedHours: checks.expectedHours,
    });
    new ReleaseDashboard(this, 'Dashboard', { stages });
    new PipelineAlarms(this, 'Alarms', { ...every, topic, stages: stages.map(({ name }) => name) });
  }
}
