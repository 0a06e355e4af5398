import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ElasticLoadBalancing } from '../../../rehearsal/aws/elasticloadbalancing/elastic-load-balancing.ts';
import type { Hooks, Measurement, Properties } from '../../../rehearsal/aws/kernel.ts';
import { at, create } from '../ecs/example-cloud.ts';
import { exampleWorld } from '../example-world.ts';

describe('a load balancer', () => {
  const hooks: { -readonly [Name in keyof Hooks]: Hooks[Name] } = {};
  const world = exampleWorld(hooks);
  const measured: Measurement[] = [];
  const elb = new ElasticLoadBalancing(world, { measure: (measurement) => measured.push(measurement) });
  const servers: Server[] = [];
  let url: string;
  let targetGroupArn: string;
  let listenerArn: string;

  beforeEach(async () => {
    const balancer = await create(elb.provisioners, 'AWS::ElasticLoadBalancingV2::LoadBalancer', {});
    url = `http://${balancer.attributes['DNSName']}`;
    ({ physicalId: targetGroupArn } = await create(elb.provisioners, 'AWS::ElasticLoadBalancingV2::TargetGroup', {
      HealthCheckPath: '/health',
      Matcher: { HttpCode: '200-204' },
    }));
    const listener = {
      LoadBalancerArn: balancer.physicalId,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    };
    ({ physicalId: listenerArn } = await create(elb.provisioners, 'AWS::ElasticLoadBalancingV2::Listener', listener));
  });
  afterEach(() => {
    hooks.response = undefined;
    measured.length = 0;
  });
  afterAll(async () => {
    await elb.stop();
    for (const server of servers) server.close();
    for (const server of servers) server.closeAllConnections();
    world.remove();
  });

  /** A server of this test, registered as the only one with this id. */
  const register = async (id: string, listener: RequestListener) => {
    const server = createServer((asked, answer) => (asked.url === '/health' ? answer.writeHead(204).end() : listener(asked, answer)));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    elb.register(targetGroupArn, { id, port: 5000, address, image: 'example', serviceName: 'example' });
    await until(() => elb.targetHealth(targetGroupArn, { id, port: 5000 }).state === 'healthy');
    return server;
  };
  const health = () => elb.service.handlers['DescribeTargetHealth']!({ TargetGroupArn: targetGroupArn }, call) as Properties;

  it('answers 503 in its own words as long as no target is registered', async () => {
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get('server')]).toEqual([503, 'awselb/2.0']);
    expect(elb.requests.get(listenerArn)).toEqual({ requests: 1, failures: 1 });
  });

  it('measures what targets answer, how long they take, and what it had to answer itself', async () => {
    const names = () => measured.map(({ name }) => name);
    await fetch(url);
    expect(names()).toEqual(['HTTPCode_ELB_5XX_Count']);
    await register('10.0.0.1', ({ url: path }, answer) => setTimeout(() => answer.writeHead(path === '/bad' ? 500 : 200).end(), 30));
    await fetch(url);
    await fetch(`${url}/bad`);
    expect(names().slice(1)).toEqual([
      ...['RequestCount', 'HTTPCode_Target_2XX_Count', 'TargetResponseTime'],
      ...['RequestCount', 'HTTPCode_Target_5XX_Count', 'TargetResponseTime'],
    ]);
    const [balancer] = elb.loadBalancersOf(targetGroupArn);
    expect(measured[3]).toMatchObject({
      namespace: 'AWS/ApplicationELB',
      dimensions: { LoadBalancer: balancer?.split(':loadbalancer/')[1] },
    });
    expect(measured[3]?.value).toBeGreaterThan(0.02);
  });

  it('takes turns between healthy targets', async () => {
    await register('10.0.0.1', (_, answer) => answer.end('one'));
    await register('10.0.0.2', (_, answer) => answer.end('two'));
    const answers = await Promise.all([1, 2, 3, 4].map(async () => (await fetch(url)).text()));
    expect(answers.sort()).toEqual(['one', 'one', 'two', 'two']);
  });

  it('tells the target who asked, and appends to what a proxy before it said', async () => {
    await register('10.0.0.1', ({ headers }, answer) => answer.end(JSON.stringify(headers)));
    const answer = await fetch(url, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    expect(await answer.json()).toMatchObject({
      'x-forwarded-for': '192.0.2.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '80',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-/),
    });
  });

  it('passes a body through unchanged', async () => {
    await register('10.0.0.1', (asked, answer) => asked.pipe(answer));
    const body = 'x'.repeat(300_000);
    expect(await (await fetch(url, { method: 'POST', body })).text()).toBe(body);
  });

  it('lets a draining target finish its request and gives it no other', async () => {
    let release = () => {};
    const asked = new Promise<void>((begun) => {
      void register('10.0.0.1', (_, answer) => {
        release = () => answer.end('finished');
        begun();
      });
    });
    await until(() => health()['TargetHealthDescriptions'][0]?.TargetHealth.State === 'healthy');
    const first = fetch(url);
    await asked;
    let gone = false;
    const leaving = elb.deregister(targetGroupArn, { id: '10.0.0.1', port: 5000 }).then(() => {
      gone = true;
    });
    expect(health()['TargetHealthDescriptions'][0].TargetHealth).toMatchObject({
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
      Description: 'Target deregistration is in progress',
    });
    expect((await fetch(url)).status).toBe(503);
    expect(gone).toBe(false);
    release();
    expect(await (await first).text()).toBe('finished');
    await leaving;
    expect(health()['TargetHealthDescriptions']).toEqual([]);
  });

  it('says why a target is unhealthy, and still asks it when there is no other', async () => {
    await register('10.0.0.1', (_, answer) => answer.end('sick, but asked'));
    hooks.response = ({ healthCheck }) => (healthCheck ? { status: 503 } : undefined);
    await until(() => health()['TargetHealthDescriptions'][0].TargetHealth.State === 'unhealthy');
    expect(health()['TargetHealthDescriptions'][0].TargetHealth).toEqual({
      State: 'unhealthy',
      Reason: 'Target.ResponseCodeMismatch',
      Description: 'Health checks failed with these codes: [503]',
    });
    expect(await (await fetch(url)).text()).toBe('sick, but asked');
  });

  it('says that a target which is not there fails its checks, and answers 502 for it', async () => {
    const server = await register('10.0.0.1', (_, answer) => answer.end());
    server.close();
    server.closeAllConnections();
    expect((await fetch(url)).status).toBe(502);
    await until(() => health()['TargetHealthDescriptions'][0].TargetHealth.State === 'unhealthy');
    expect(health()['TargetHealthDescriptions'][0].TargetHealth.Reason).toBe('Target.FailedHealthChecks');
  });

  it('lets a fault answer in place of the target', async () => {
    await register('10.0.0.1', (_, answer) => answer.end('target'));
    hooks.response = ({ path, healthCheck }) => (path === '/config' && !healthCheck ? { status: 500, body: 'fault' } : undefined);
    expect((await fetch(`${url}/config`)).status).toBe(500);
    expect(await (await fetch(`${url}/other`)).text()).toBe('target');
  });

  it('follows the rule of the lowest priority that applies', async () => {
    await register('10.0.0.1', (_, answer) => answer.end('default'));
    const fixed = (body: string) => [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: body } }];
    const rule = (Priority: number, pattern: string, body: string) =>
      create(elb.provisioners, 'AWS::ElasticLoadBalancingV2::ListenerRule', {
        ListenerArn: listenerArn,
        Priority,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [pattern] } }],
        Actions: fixed(body),
      });
    await rule(20, '/a*', 'twenty');
    await rule(3, '/ab*', 'three');
    const answers = await Promise.all(['/abc', '/ac', '/b'].map(async (path) => (await fetch(url + path)).text()));
    expect(answers).toEqual(['three', 'twenty', 'default']);
    await expect(rule(3, '/x', 'taken')).rejects.toThrow("Priority '3' is currently in use");
  });

  it('does not answer at all before it has a listener', async () => {
    const { attributes } = await create(elb.provisioners, 'AWS::ElasticLoadBalancingV2::LoadBalancer', { Name: 'bare' });
    await expect(get(`http://${attributes['DNSName']}`)).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  it('calls the targets of a group that no listener knows unused', async () => {
    const { physicalId } = await create(elb.provisioners, 'AWS::ElasticLoadBalancingV2::TargetGroup', { Name: 'alone' });
    elb.register(physicalId, { id: '10.0.0.9', port: 1, address: '127.0.0.1:1', image: 'example', serviceName: 'example' });
    expect(elb.targetHealth(physicalId, { id: '10.0.0.9', port: 1 })).toMatchObject({ state: 'unused', reason: 'Target.NotInUse' });
  });

  it('refuses by name what it cannot do', async () => {
    const type = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
    await expect(create(elb.provisioners, type, { Type: 'network' }, at('Balancer'))).rejects.toThrow('load balancers of type network');
  });
});

const call = { service: 'elasticloadbalancing', operation: 'example', requestId: 'example', principal: { arn: 'example' } };

const get = (address: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    request(address, resolve).once('error', reject).end();
  });

/** Looks until it is so; the test's own time limit ends it. */
async function until(so: () => boolean): Promise<void> {
  while (!so()) await new Promise((resolve) => setTimeout(resolve, 5));
}
