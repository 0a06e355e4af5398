import { rolloutOf, waitingFor } from '../../../steps/checks/rollout.ts';
import { healthy, oldDeployment, ourDeployment, ourService } from '../builders.ts';
import { deployment, deploymentView, inspection, minute, serving } from '../incidents.ts';

const before = inspection.service;
const rollout = (deployments = [ourDeployment()], tasks = [healthy()], old: typeof before = before) =>
  rolloutOf(ourService({ deployments }), tasks, old, deployment.startedAt);

it('tells ours from what ran before by the task definition', () => {
  const found = rollout([oldDeployment(), ourDeployment()], [serving(), healthy()]);
  expect(found).toMatchObject({ ours: { id: 'ecs-svc/2' }, isPrimary: true, reverted: false, draining: true });
  expect(found.tasks).toEqual([healthy()]);
});

it('takes all that began after a first deploy for ours', () => {
  expect(rollout(undefined, undefined, null)).toMatchObject({ ours: { id: 'ecs-svc/2' }, tasks: [healthy()] });
});

it('knows nothing as ours that began before the change set was executed', () => {
  const earlier = { createdAt: minute(4) };
  expect(rollout([ourDeployment(earlier)], [healthy(earlier)], null)).toMatchObject({
    ours: null,
    isPrimary: false,
    reverted: false,
    tasks: [],
  });
});

it('counts a task that has no time yet', () => {
  expect(rollout(undefined, [healthy({ createdAt: null })]).tasks).toHaveLength(1);
});

it('is not turned back while ours has not begun', () => {
  expect(rollout([deploymentView()], [])).toMatchObject({ ours: null, reverted: false, draining: true });
});

it('is turned back when ours has failed, even while it is primary', () => {
  expect(rollout([ourDeployment({ rolloutState: 'FAILED' }), oldDeployment()])).toMatchObject({ isPrimary: true, reverted: true });
});

it('is turned back when another one is primary, though ours still has tasks', () => {
  expect(rollout([deploymentView(), ourDeployment({ status: 'ACTIVE' })])).toMatchObject({ isPrimary: false, reverted: true });
  expect(rollout([deploymentView()])).toMatchObject({ ours: null, reverted: true });
});

it('has nothing without a service', () => {
  expect(rolloutOf(null, [], before, deployment.startedAt)).toEqual({
    ours: null,
    isPrimary: false,
    reverted: false,
    tasks: [],
    draining: false,
  });
});

it.each([
  ['0 of 0 tasks to start', rollout([ourDeployment({ desiredCount: 0, runningCount: 0, rolloutState: 'IN_PROGRESS' })])],
  ['1 of 2 tasks to be healthy', rollout([ourDeployment({ rolloutState: 'IN_PROGRESS' })])],
  [
    'the load balancer to take the new tasks and the old ones to drain',
    rollout([ourDeployment({ rolloutState: 'IN_PROGRESS' }), oldDeployment()], [healthy(), healthy()]),
  ],
  ['the deployment to complete', rollout([ourDeployment({ rolloutState: 'IN_PROGRESS' })], [healthy(), healthy(), healthy()])],
])('waits for %s', (words, found) => {
  expect(waitingFor(found)).toBe(words);
});
