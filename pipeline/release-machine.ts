import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { approvalHours, loops } from '../steps/contract/patience.ts';
import type { Stage } from '../steps/contract/stage.ts';
import type { StepName } from '../steps/contract/steps.ts';
import { j, MachineStates } from './machine-states.ts';

export interface ReleaseMachineProps {
  readonly functions: Readonly<Record<StepName, lambda.IVersion>>;
  readonly build: codebuild.IProject;
  readonly stages: readonly Stage[];
  readonly diagnosticsBucketName: string;
  readonly artefactsBucketName: string;
}

/** All variables, so that the failure path may name what had not happened yet. */
const blank = [
  'release',
  'configs',
  'build',
  'image',
  'stage',
  'inspection',
  'plan',
  'approval',
  'deployment',
  'watch',
  'smoke',
  'failure',
  'diagnostics',
  'diagnosis',
  'recovery',
  'rollback',
  'proof',
];
/** What belongs to one stage and is forgotten when the next begins. */
const ofStage = ['inspection', 'plan', 'approval', 'deployment', 'watch', 'smoke'];
const nulls = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));
const vars = <const Name extends string>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, j(`$${name}`)])) as Record<Name, string>;
const when = (expression: string) => sfn.Condition.jsonata(j(expression));

/** The way of a tag, state by state. Steps decide; this file says what follows what. */
export class ReleaseMachine extends Construct {
  readonly machine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: ReleaseMachineProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: '/release/machine',
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
      description: 'Runs the release machine',
    });
    this.machine = new sfn.StateMachine(this, 'Machine', {
      role,
      queryLanguage: sfn.QueryLanguage.JSONATA,
      definitionBody: sfn.DefinitionBody.fromChainable(this.story(props)),
      logs: { destination: logGroup, level: sfn.LogLevel.ALL, includeExecutionData: true },
      // An approval may wait for days, at each stage that wants one; nothing else takes hours.
      timeout: Duration.hours(approvalHours * props.stages.length + 24),
    });
    this.allowBuild(props.build);
  }

  private story(props: ReleaseMachineProps): sfn.IChainable {
    const states = new MachineStates(this, props.functions);
    const execution = { arn: j('$states.context.Execution.Id'), startedAt: j('$states.context.Execution.StartTime') };

    // ---- before any stage: in seconds, what can be known without touching anything -------------------------------
    const begin = sfn.Pass.jsonata(this, 'Begin', {
      assign: { request: j('$states.input'), stages: props.stages, index: 0, polls: 0, healing: false, healed: false, ...nulls(blank) },
      outputs: j('{}'),
    });
    const acceptTag = states.step(
      'AcceptTag',
      { ...vars('request', 'stages'), execution: { name: j('$states.context.Execution.Name'), startedAt: execution.startedAt } },
      { release: '$states.result.Payload' },
    );
    const validateSecret = states.step('ValidateSecret', vars('release', 'stages'), { configs: '$states.result.Payload.configs' });
    const buildImage = this.buildImage(props);
    const verifyImage = states.polled('VerifyImage', vars('release', 'build', 'polls'), 'image', 'pending');

    // ---- for each stage, in order ---------------------------------------------------------------------------------
    const nextStage = sfn.Choice.jsonata(this, 'NextStage');
    const inspectStage = states.polled('InspectStage', vars('release', 'stage', 'image', 'polls'), 'inspection', 'busy');
    const planChange = states.polled('PlanChange', vars('release', 'stage', 'image', 'inspection', 'polls'), 'plan', 'pending');
    const approvalNeeded = sfn.Choice.jsonata(this, 'ApprovalNeeded');
    const requestApproval = states.step(
      'RequestApproval',
      {
        ...vars('release', 'stage', 'image', 'inspection', 'plan'),
        token: j('$states.context.Task.Token'),
        execution: { arn: execution.arn },
      },
      // The token proves nothing: LockStage reads the recorded decision.
      { approval: "{'id': $states.result.id}" },
      {
        integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
        taskTimeout: sfn.Timeout.duration(Duration.hours(approvalHours)),
      },
    );
    const lockStage = states.polled(
      'LockStage',
      vars('release', 'stage', 'image', 'inspection', 'plan', 'approval', 'polls'),
      'lock',
      'held',
    );
    const healStack = states.polled('HealStack', vars('release', 'stage', 'inspection', 'polls'), 'heal', 'running');
    const deploy = states.step('Deploy', vars('release', 'stage', 'plan', 'inspection'), { deployment: '$states.result.Payload' });
    const watchDeployment = states.polled(
      'WatchDeployment',
      vars('release', 'stage', 'image', 'inspection', 'deployment', 'watch', 'polls'),
      'watch',
      'running',
    );
    const smokeTest = states.step(
      'SmokeTest',
      { ...vars('release', 'stage', 'image', 'inspection'), config: j('$configs[stage = $stage.name]') },
      {
        smoke: '$states.result.Payload',
      },
    );
    const unlockStage = states.step('UnlockStage', vars('release', 'stage', 'image', 'smoke'), { index: '$index + 1' });
    const closeRelease = states.step('CloseRelease', vars('release', 'image'), {});
    const released = sfn.Succeed.jsonata(this, 'Released', { outputs: { tag: j('$release.tag'), outcome: 'released' } });

    // ---- when anything failed: keep everything first, then roll back, then prove it -------------------------------
    const incident = {
      incident: {
        ...vars('request', 'release', 'stage', 'failure', 'build', 'image', 'inspection', 'plan', 'deployment', 'smoke'),
        execution,
      },
    };
    const collectDiagnostics = states.step('CollectDiagnostics', incident, { diagnostics: '$states.result.Payload' });
    const collected = sfn.Choice.jsonata(this, 'Collected');
    const diagnose = states.step(
      'Diagnose',
      { ...incident, ...vars('diagnostics') },
      {
        diagnosis: '$states.result.Payload',
        polls: '0',
      },
    );
    const rollBack = states.step(
      'RollBack',
      { ...incident, ...vars('diagnosis', 'polls') },
      {
        recovery: '$states.result.Payload',
        polls: '$polls + 1',
      },
    );
    const rollbackStarted = sfn.Choice.jsonata(this, 'RollbackStarted');
    const proveRollback = states.step(
      'ProveRollback',
      {
        ...incident,
        ...vars('diagnostics', 'recovery', 'rollback'),
        config: j('$configs and $stage ? $configs[stage = $stage.name] : null'),
      },
      { proof: '$states.result.Payload' },
    );
    const watchRollback = states.polled('WatchRollback', { ...incident, ...vars('recovery', 'polls') }, 'rollback', 'running', {
      // Not to CollectDiagnostics, which would begin the rollback anew, for ever.
      next: proveRollback,
      assign: (words) => ({
        rollback: { status: 'blocked', waitingFor: 'a person', stackStatus: j('$rollback.stackStatus'), reason: words },
      }),
    });
    const report = states.step(
      'Report',
      { ...incident, ...vars('diagnostics', 'diagnosis', 'recovery', 'proof') },
      {
        report: '$states.result.Payload',
      },
    );
    const notReleased = sfn.Fail.jsonata(this, 'NotReleased', { error: j('$report.cause'), cause: j('$string($report)') });
    const notReported = sfn.Fail.jsonata(this, 'NotReported', {
      error: j('$diagnosis.cause'),
      cause: j("$string({'outcome': 'not-recovered', 'sentence': $diagnosis.sentence, 'unreported': $failure.cause})"),
    });

    // ---- what follows what ----------------------------------------------------------------------------------------
    begin.next(acceptTag).next(validateSecret);
    validateSecret.next(buildImage);
    buildImage.next(verifyImage.start);
    leave(verifyImage.settled, nextStage);
    nextStage
      .when(when('$index < $count($release.stages)'), inspectStage.start, {
        assign: { stage: j('$stages[name = $release.stages[$index]]'), healed: false, ...nulls(ofStage) },
      })
      .otherwise(closeRelease);
    leave(inspectStage.settled, planChange.start);
    leave(planChange.settled, approvalNeeded);
    approvalNeeded.when(when('$stage.approval and $not($exists($approval.id))'), requestApproval).otherwise(lockStage.start);
    requestApproval.next(lockStage.start);
    lockStage.settled
      .when(when('$exists($inspection.heal.action) and $healed'), collectDiagnostics, {
        assign: {
          polls: 0,
          failure: {
            state: 'HealStack',
            error: 'StackLocked',
            cause: j("'the stack was healed once and is ' & $inspection.heal.status & ' again'"),
          },
        },
      })
      // A heal destroys, too: what the stack can tell is collected like any failure's before it is touched.
      .when(when('$exists($inspection.heal.action) and $not($healed)'), collectDiagnostics, {
        assign: {
          polls: 0,
          healing: true,
          healed: true,
          failure: { state: 'InspectStage', error: 'StackLocked', cause: j("'the stack is ' & $inspection.heal.status") },
        },
      });
    leave(lockStage.settled, deploy);
    leave(healStack.settled, inspectStage.start, { healing: false, failure: null });
    deploy.next(watchDeployment.start);
    leave(watchDeployment.settled, smokeTest);
    smokeTest.next(unlockStage);
    unlockStage.next(nextStage);
    closeRelease.next(released);

    collectDiagnostics.next(collected);
    collected.when(when('$healing'), healStack.start).otherwise(diagnose);
    diagnose.next(rollBack);
    rollBack.next(rollbackStarted);
    rollbackStarted.when(when("$recovery.status = 'started'"), watchRollback.start).otherwise(proveRollback);
    // The answer to a refused call is another row of the table, under the same bound.
    watchRollback.settled.when(when(`$rollback.status = 'again' and $polls < ${loops.WatchRollback.polls}`), rollBack);
    leave(watchRollback.settled, proveRollback);
    proveRollback.next(report);
    report.next(notReleased);

    // ---- what catches what ----------------------------------------------------------------------------------------
    states.catchAll(
      [
        acceptTag,
        validateSecret,
        buildImage,
        verifyImage.start,
        inspectStage.start,
        planChange.start,
        requestApproval,
        lockStage.start,
        healStack.start,
        deploy,
        watchDeployment.start,
        smokeTest,
        unlockStage,
        closeRelease,
      ],
      collectDiagnostics,
    );
    this.neverHostage(
      states,
      { collectDiagnostics, diagnose, rollBack, watchRollback: watchRollback.start, proveRollback, report },
      props,
      {
        diagnose,
        rollBack,
        proveRollback,
        report,
        notReported,
      },
    );
    return begin;
  }

  /** A failure step that fails itself is replaced by an honest "not known": rollback and report go on. */
  private neverHostage(
    states: MachineStates,
    failing: Record<
      'collectDiagnostics' | 'diagnose' | 'rollBack' | 'watchRollback' | 'proveRollback' | 'report',
      Parameters<MachineStates['catch']>[0]
    >,
    props: ReleaseMachineProps,
    next: Record<'diagnose' | 'rollBack' | 'proveRollback' | 'report' | 'notReported', sfn.State>,
  ): void {
    const error = j("$states.errorOutput.Error & ': ' & $substring($string($states.errorOutput.Cause), 0, 2000)");
    const now = j('$states.context.State.EnteredTime');
    const blocked = {
      status: 'blocked',
      action: 'none',
      stackId: j('$exists($inspection.stackId) ? $inspection.stackId : null'),
      changeSetArn: null,
      reason: error,
      polls: 0,
      at: now,
    };
    states.catch(failing.collectDiagnostics, next.diagnose, {
      diagnostics: {
        bucket: props.diagnosticsBucketName,
        prefix: j("'diagnostics/' & $states.context.Execution.Name"),
        manifestKey: null,
        objects: 0,
        missing: [{ source: 'everything', reason: error }],
        sealedAt: null,
      },
    });
    states.catch(failing.diagnose, next.rollBack, {
      diagnosis: { cause: 'Unclassified', confidence: 'unknown', sentence: 'The failure could not be diagnosed.', evidence: [] },
    });
    states.catch(failing.rollBack, next.proveRollback, { recovery: blocked });
    states.catch(failing.watchRollback, next.proveRollback, { recovery: blocked });
    states.catch(failing.proveRollback, next.report, { proof: { outcome: 'blocked', reason: error, at: now } });
    states.catch(failing.report, next.notReported, {});
  }

  /** The construct for CodeBuild knows no source version, without which the default branch would be built instead of the tag. */
  private buildImage(props: ReleaseMachineProps): sfn.CustomState {
    return new sfn.CustomState(this, 'BuildImage', {
      stateJson: {
        Type: 'Task',
        Resource: `arn:${Stack.of(this).partition}:states:::codebuild:startBuild.sync`,
        Arguments: {
          ProjectName: props.build.projectName,
          SourceVersion: j('$release.commit'),
          EnvironmentVariablesOverride: [
            { Name: 'RELEASE_TAG', Value: j('$release.tag'), Type: 'PLAINTEXT' },
            { Name: 'RELEASE_ATTEMPT', Value: j('$string($release.attempt)'), Type: 'PLAINTEXT' },
            { Name: 'RELEASE_COMMIT', Value: j('$release.commit'), Type: 'PLAINTEXT' },
          ],
          ArtifactsOverride: {
            Type: 'S3',
            Location: props.artefactsBucketName,
            Path: j("'artefacts/' & $release.tag"),
            Name: j('$string($release.attempt)'),
            NamespaceType: 'NONE',
            Packaging: 'NONE',
          },
        },
        TimeoutSeconds: Duration.minutes(65).toSeconds(),
        Assign: {
          build: {
            id: j('$states.result.Build.Id'),
            digest: j("$states.result.Build.ExportedEnvironmentVariables[Name = 'IMAGE_DIGEST'].Value"),
            logGroup: j('$states.result.Build.Logs.GroupName'),
            logStream: j('$states.result.Build.Logs.StreamName'),
          },
        },
        Output: j('{}'),
      },
    });
  }

  /** What a custom state needs, its construct would have granted: the build itself, and the rule by which `.sync` hears of its end. */
  private allowBuild(build: codebuild.IProject): void {
    const { partition, region, account } = Stack.of(this);
    this.machine.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['codebuild:StartBuild', 'codebuild:StopBuild', 'codebuild:BatchGetBuilds'],
        resources: [build.projectArn],
      }),
    );
    this.machine.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [`arn:${partition}:events:${region}:${account}:rule/StepFunctionsGetEventForCodeBuildStartBuildRule`],
      }),
    );
  }
}

/** Leaves a loop: the count is for the next one. */
function leave(settled: sfn.Choice, next: sfn.IChainable, assign: Record<string, unknown> = {}): void {
  settled.when(when('true'), next, { assign: { polls: 0, ...assign } });
}
