import { at, create, type ExampleCloud, exampleCloud, loadBalancer, service, taskDefinition } from './example-cloud.ts';

describe('a rolling update', () => {
  let cloud: ExampleCloud;
  beforeAll(async () => {
    cloud = await exampleCloud();
  });
  afterAll(() => cloud.close());

  const version = async (url: string) => ((await (await fetch(url)).json()) as { version: string }).version;

  it('replaces the old version without failing a request', async () => {
    const { ecs, elb } = cloud;
    const { url, targetGroupArn } = await loadBalancer(cloud);
    const first = service(await taskDefinition(cloud, { VERSION: '1.0.0' }), targetGroupArn, { DesiredCount: 2 });
    const { physicalId, attributes } = await create(ecs.provisioners, 'AWS::ECS::Service', first);
    expect(attributes['Name']).toBe('example-service');
    expect(await version(url)).toBe('1.0.0');

    const seen = new Set<string>();
    const statuses = new Set<number>();
    let polling = true;
    const client = (async () => {
      while (polling) {
        const answer = await fetch(`${url}/?delay=30`);
        statuses.add(answer.status);
        seen.add(((await answer.json()) as { version: string }).version);
      }
    })();
    const second = service(await taskDefinition(cloud, { VERSION: '2.0.0' }), targetGroupArn, { DesiredCount: 2 });
    await ecs.provisioners['AWS::ECS::Service']!.update!(physicalId, second, first, at('Service'));
    polling = false;
    await client;

    expect([...statuses]).toEqual([200]);
    expect([...seen]).toEqual(['1.0.0', '2.0.0']);
    expect(await version(url)).toBe('2.0.0');
    expect([...elb.requests.values()][0]?.failures).toBe(0);
    const described = ecs.findService('example-service', 'example')!.describe();
    expect(described).toMatchObject({ runningCount: 2, pendingCount: 0, desiredCount: 2 });
    expect(described.deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2, failedTasks: 0 }]);
    const said = described.events!.map(({ message }) => message!);
    expect(said[0]).toMatch(/^\(service example-service\) \(deployment ecs-svc\/\d+\) deployment completed\.$/);
    expect(said).toContain('(service example-service) has reached a steady state.');
    expect(said.filter((message) => message.includes('has started 2 tasks: (task '))).toHaveLength(2);
    expect(
      said.filter((message) => message.includes(`registered 1 targets in (target-group ${targetGroupArn})`)).length,
    ).toBeGreaterThanOrEqual(4);
  });
});
