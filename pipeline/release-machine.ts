import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { approvalHours, loops, rollbackPatience } from '../steps/contract/patience.ts';
import type { StepName } from '../steps/contract/steps.ts';
import { buildImageGrants } from './build-image-state.ts';
import { type ForwardStatesProps, forwardStates } from './forward-states.ts';
import { j, MachineStates } from './machine-states.ts';
import { nothingYet, nulls, ofStage, rescued, when } from './machine-variables.ts';
import { type RescueStatesProps, rescueStates } from './rescue-states.ts';

export interface ReleaseMachineProps extends ForwardStatesProps, RescueStatesProps {
  readonly functions: Readonly<Record<StepName, lambda.IVersion>>;
  /** Release table, in which a state that waits for events leaves its token. */
  readonly table: dynamodb.ITable;
}

/** By which a state machine sets up the delivery of its log; none of them takes a resource. */
const logDelivery = [
  'CreateLogDelivery',
  'DeleteLogDelivery',
  'DescribeLogGroups',
  'DescribeResourcePolicies',
  'GetLogDelivery',
  'ListLogDeliveries',
  'PutResourcePolicy',
  'UpdateLogDelivery',
];

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
    for (const statement of this.grants(props)) role.addToPolicy(statement);
    props.table.grant(role, 'dynamodb:PutItem');
    this.machine = new sfn.StateMachine(this, 'Machine', {
      // Its own grants would name the newest versions only, and be taken from a release in flight with the next update.
      role: role.withoutPolicyUpdates(),
      queryLanguage: sfn.QueryLanguage.JSONATA,
      definitionBody: sfn.DefinitionBody.fromChainable(this.story(props)),
      logs: { destination: logGroup, level: sfn.LogLevel.ALL, includeExecutionData: true },
      // An approval may wait for days, at each stage that wants one; nothing else takes hours.
      timeout: Duration.hours(approvalHours * props.stages.length + 24),
    });
    this.machine.node.addDependency(role);
  }

  private grants(props: ReleaseMachineProps): iam.PolicyStatement[] {
    const functions = Object.values(props.functions).map((version) => version.lambda);
    return [
      // Every version: the one that a release began with is not known to the template any more when a person has approved it.
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: functions.map(({ functionArn }) => `${functionArn}:*`) }),
      new iam.PolicyStatement({ actions: logDelivery.map((action) => `logs:${action}`), resources: ['*'] }),
      ...buildImageGrants(this, props),
    ];
  }

  private story(props: ReleaseMachineProps): sfn.IChainable {
    const states = new MachineStates(this, props.functions, props.table.tableName);
    const forward = forwardStates(this, states, props);
    const rescue = rescueStates(this, states, props);
    connectEntrance(forward, rescue, props.stages);
    connectForward(forward, rescue);
    connectRescue(rescue, forward);
    const {
      entrance,
      begin: _begin,
      nextStage: _nextStage,
      approvalNeeded: _approvalNeeded,
      smokeTestSettled: _smokeTestSettled,
      released: _released,
      ...failing
    } = forward;
    states.catchAll(
      Object.values(failing).map((state) => ('start' in state ? state.start : state)),
      rescue.collectDiagnostics,
    );
    return entrance;
  }
}

type Forward = ReturnType<typeof forwardStates>;
type Rescue = ReturnType<typeof rescueStates>;

/** A release begins at its beginning; an incident of elsewhere, with what is known of it, where every failure goes. */
function connectEntrance({ entrance, begin }: Forward, { collectDiagnostics }: Rescue, stages: ReleaseMachineProps['stages']): void {
  const restored = Object.fromEntries(rescued.map((name) => [name, j(`$states.input.rescue.${name}`)]));
  entrance
    .when(when('$exists($states.input.rescue)'), collectDiagnostics, { assign: { stages, ...nothingYet, ...restored } })
    .otherwise(begin);
}

/** On a good day. */
function connectForward(forward: Forward, { collectDiagnostics }: Pick<Rescue, 'collectDiagnostics'>): void {
  const { begin, acceptTag, validateSecret, buildImage, verifyImage, nextStage, inspectStage, planChange, approvalNeeded } = forward;
  const {
    requestApproval,
    lockStage,
    healStack,
    deploy,
    watchDeployment,
    smokeTest,
    smokeTestSettled,
    unlockStage,
    closeRelease,
    released,
  } = forward;
  const { watchAlarms } = forward;
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
  smokeTest.next(smokeTestSettled);
  // Not an error of the step: its transcript, which is evidence, comes along.
  smokeTestSettled
    .when(when('$exists($smoke.failure.cause)'), collectDiagnostics, {
      assign: { failure: { state: 'SmokeTest', error: j('$smoke.failure.cause'), cause: j('$smoke.failure.sentence') } },
    })
    .otherwise(watchAlarms.start);
  leave(watchAlarms.settled, unlockStage);
  unlockStage.next(nextStage);
  closeRelease.next(released);
}

/** On a bad night. */
function connectRescue(rescue: Rescue, { healStack }: Pick<Forward, 'healStack'>): void {
  const { collectDiagnostics, collected, diagnose, rollBack, rollbackStarted, watchRollback, proveRollback, report, notReleased } = rescue;
  collectDiagnostics.next(collected);
  collected
    .when(when('$healing'), healStack.start)
    // What the failure left is what the report tells of; the second bundle lies beside it.
    .when(when('$stuck'), rollBack, { assign: { diagnostics: j('$evidence'), polls: rollbackPatience.all } })
    .otherwise(diagnose);
  diagnose.next(rollBack);
  rollBack.next(rollbackStarted);
  rollbackStarted.when(when("$recovery.status = 'started'"), watchRollback.start).otherwise(proveRollback);
  // The answer to a refused call is another row of the table, under the same bound.
  watchRollback.settled.when(when(`$rollback.status = 'again' and $polls < ${loops.WatchRollback.polls}`), rollBack);
  // CloudFormation's own rollback does not end: what it is at is kept, once, then RollBack stops it and calls a person.
  watchRollback.settled.when(when("$rollback.status = 'stuck' and $not($stuck)"), collectDiagnostics, {
    assign: { stuck: true, evidence: j('$diagnostics') },
  });
  leave(watchRollback.settled, proveRollback);
  proveRollback.next(report);
  report.next(notReleased);
}

/** Leaves a loop: the count is for the next one. */
function leave(settled: sfn.Choice, next: sfn.IChainable, assign: Record<string, unknown> = {}): void {
  settled.when(when('true'), next, { assign: { polls: 0, ...assign } });
}
