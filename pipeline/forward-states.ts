import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { approvalHours } from '../steps/contract/patience.ts';
import type { Stage } from '../steps/contract/stage.ts';
import { type BuildImageStateProps, buildImageState } from './build-image-state.ts';
import { j, type MachineStates } from './machine-states.ts';
import { execution, nothingYet, vars } from './machine-variables.ts';

export interface ForwardStatesProps extends BuildImageStateProps {
  readonly stages: readonly Stage[];
}

/** The states of a release on a good day: what goes into each, and which variable its answer becomes. */
export function forwardStates(scope: Construct, states: MachineStates, props: ForwardStatesProps) {
  const entrance = sfn.Choice.jsonata(scope, 'Entrance');
  // ---- before any stage: in seconds, what can be known without touching anything -------------------------------
  const begin = sfn.Pass.jsonata(scope, 'Begin', {
    assign: { request: j('$states.input'), stages: props.stages, ...nothingYet },
    outputs: j('{}'),
  });
  const acceptTag = states.step(
    'AcceptTag',
    { ...vars('request', 'stages'), execution: { name: j('$states.context.Execution.Name'), startedAt: execution.startedAt } },
    { release: '$states.result.Payload' },
  );
  const validateSecret = states.step('ValidateSecret', vars('release', 'stages'), { configs: '$states.result.Payload.configs' });
  const buildImage = buildImageState(scope, props);
  const verifyImage = states.polled('VerifyImage', vars('release', 'build', 'polls'), 'image', 'pending');

  // ---- for each stage, in order ---------------------------------------------------------------------------------
  const nextStage = sfn.Choice.jsonata(scope, 'NextStage');
  const inspectStage = states.polled('InspectStage', vars('release', 'stage', 'image', 'polls'), 'inspection', 'busy');
  const planChange = states.polled('PlanChange', vars('release', 'stage', 'image', 'inspection', 'polls'), 'plan', 'pending');
  const approvalNeeded = sfn.Choice.jsonata(scope, 'ApprovalNeeded');
  const requestApproval = states.step(
    'RequestApproval',
    {
      ...vars('release', 'stage', 'image', 'inspection', 'plan', 'stages'),
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
    { ...vars('release', 'stage', 'image', 'inspection', 'plan', 'approval', 'polls'), execution: { arn: execution.arn } },
    'lock',
    'held',
  );
  const healStack = states.polled('HealStack', vars('release', 'stage', 'inspection', 'heal', 'polls'), 'heal', 'running');
  const deploy = states.step('Deploy', vars('release', 'stage', 'plan', 'inspection'), { deployment: '$states.result.Payload' });
  const watchDeployment = states.polled(
    'WatchDeployment',
    vars('release', 'stage', 'image', 'inspection', 'deployment', 'watch', 'woken', 'polls'),
    'watch',
    'running',
    { listens: true },
  );
  const smokeTest = states.step(
    'SmokeTest',
    { ...vars('release', 'stage', 'image', 'inspection'), config: j('$configs[stage = $stage.name]') },
    { smoke: '$states.result.Payload' },
  );
  const smokeTestSettled = sfn.Choice.jsonata(scope, 'SmokeTestSettled');
  const watchAlarms = states.polled('WatchAlarms', vars('release', 'stage', 'inspection', 'deployment', 'polls'), 'alarms', 'running');
  const unlockStage = states.step('UnlockStage', vars('release', 'stage', 'image', 'smoke'), { index: '$index + 1' });
  const closeRelease = states.step('CloseRelease', { ...vars('release', 'image'), execution: { arn: execution.arn } }, {});
  const released = sfn.Succeed.jsonata(scope, 'Released', { outputs: { tag: j('$release.tag'), outcome: 'released' } });

  return {
    entrance,
    begin,
    acceptTag,
    validateSecret,
    buildImage,
    verifyImage,
    nextStage,
    inspectStage,
    planChange,
    approvalNeeded,
    requestApproval,
    lockStage,
    healStack,
    deploy,
    watchDeployment,
    smokeTest,
    smokeTestSettled,
    watchAlarms,
    unlockStage,
    closeRelease,
    released,
  };
}
