import { type ExampleCloud, exampleCloud, service, THING } from './example-cloud.ts';

let cloud: ExampleCloud;
beforeEach(async () => {
  cloud = exampleCloud();
  await cloud.create(service('one'));
});
afterEach(() => cloud.remove());

const begin = async (): Promise<string> => (await cloud.call('DetectStackDrift', { StackName: 'example' })).StackDriftDetectionId;
const statusOf = (StackDriftDetectionId: string) => cloud.call('DescribeStackDriftDetectionStatus', { StackDriftDetectionId });
async function compared() {
  const id = await begin();
  await cloud.until(async () => (await statusOf(id)).DetectionStatus !== 'DETECTION_IN_PROGRESS');
  const { StackResourceDrifts } = await cloud.call('DescribeStackResourceDrifts', { StackName: 'example' });
  return { detection: await statusOf(id), drifts: StackResourceDrifts as Record<string, unknown>[] };
}
/** The service's way back fails; it is left out. */
async function skipService() {
  cloud.fail('update', 'Service', 'the old version does not start');
  expect(await cloud.update(service('two'))).toBe('UPDATE_ROLLBACK_FAILED');
  await cloud.call('ContinueUpdateRollback', { StackName: 'example', ResourcesToSkip: ['Service'] });
  expect(await cloud.settled()).toBe('UPDATE_ROLLBACK_COMPLETE');
  cloud.fail('update', 'Service', undefined);
}

describe('a drift check', () => {
  it('finds a stack in order that is as its template says', async () => {
    const { detection, drifts } = await compared();
    expect(detection).toMatchObject({ DetectionStatus: 'DETECTION_COMPLETE', StackDriftStatus: 'IN_SYNC', DriftedStackResourceCount: 0 });
    expect(drifts.map(({ StackResourceDriftStatus }) => StackResourceDriftStatus)).toEqual(['IN_SYNC', 'IN_SYNC']);
    const { StackResources } = await cloud.call('DescribeStackResources', { StackName: 'example' });
    expect(StackResources[0].DriftInformation).toEqual({ StackResourceDriftStatus: 'IN_SYNC' });
  });

  it('is not done at once, and refuses a second one meanwhile', async () => {
    const id = await begin();
    expect(await statusOf(id)).toMatchObject({ DetectionStatus: 'DETECTION_IN_PROGRESS' });
    await expect(begin()).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringContaining('in progress') });
  });

  it('is refused while the stack is at work', async () => {
    const release = cloud.hold('update', 'Service');
    await cloud.start(service('two'));
    await expect(begin()).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringContaining('UPDATE_IN_PROGRESS') });
    release();
    await cloud.settled();
  });

  it('tells what a rollback left out: the template says one thing, reality another', async () => {
    const { physicalId: first } = (await cloud.resources())['Version']!;
    await skipService();
    const { detection, drifts } = await compared();
    expect(detection).toMatchObject({ StackDriftStatus: 'DRIFTED', DriftedStackResourceCount: 1 });
    expect(drifts.find(({ LogicalResourceId }) => LogicalResourceId === 'Service')).toMatchObject({
      StackResourceDriftStatus: 'MODIFIED',
      PropertyDifferences: [
        { PropertyPath: '/Version', ExpectedValue: first, ActualValue: expect.stringMatching(/^version-/), DifferenceType: 'NOT_EQUAL' },
      ],
    });
    expect((await cloud.call('DescribeStacks', { StackName: 'example' })).Stacks[0].DriftInformation.StackDriftStatus).toBe('DRIFTED');
  });

  it('tells it for as long as no update reaches what was left out', async () => {
    await skipService();
    // A change of another resource alone touches nothing of it.
    const body = JSON.parse(service('one'));
    await cloud.update(JSON.stringify({ ...body, Resources: { ...body.Resources, Other: { Type: THING } } }));
    expect((await compared()).detection.StackDriftStatus).toBe('DRIFTED');
    await cloud.update(service('three'));
    expect((await compared()).detection.StackDriftStatus).toBe('IN_SYNC');
  });

  it('is forgotten when something is done to the stack', async () => {
    await compared();
    await cloud.update(service('two'));
    expect((await cloud.call('DescribeStacks', { StackName: 'example' })).Stacks[0].DriftInformation).toEqual({
      StackDriftStatus: 'NOT_CHECKED',
    });
  });

  it('asks for both of the actions that AWS asks for', () => {
    const asked = cloud.cloudFormation.service.permissions['DetectStackDrift']!({ StackName: 'example' });
    expect(asked.map(({ action }) => action)).toEqual(['cloudformation:DetectStackDrift', 'cloudformation:DetectStackResourceDrift']);
  });
});

describe('what is left out of a rollback by force', () => {
  it('is refused by name: the rehearsal skips what it is told to', async () => {
    await expect(cloud.call('ContinueUpdateRollback', { StackName: 'example', ForceRollback: true })).rejects.toThrow(
      'ForceRollback of ContinueUpdateRollback is not supported by the rehearsal',
    );
  });

  it('is nothing that a template without changes would mend', async () => {
    await skipService();
    const { StatusReason } = await cloud.changeSet(service('one'), { name: 'repair' });
    expect(StatusReason).toContain("didn't contain changes");
  });
});
