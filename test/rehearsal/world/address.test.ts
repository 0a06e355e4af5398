import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { smokeExpectations } from '../../../container/src/config/index.ts';
import { CertificateManager } from '../../../rehearsal/aws/certificatemanager/certificate-manager.ts';
import { ElasticLoadBalancing } from '../../../rehearsal/aws/elasticloadbalancing/elastic-load-balancing.ts';
import { Route53 } from '../../../rehearsal/aws/route53/route53.ts';
import { OutsideWorld } from '../../../rehearsal/world/outside-world.ts';
import { httpClient } from '../../../steps/clients/http-client.ts';
import { outsideAgent } from '../../../steps/clients/proxy-agent.ts';
import { smokeTest } from '../../../steps/smoke-test.ts';
import { exampleStackArn } from '../../container/builders.ts';
import { image } from '../../steps/builders.ts';
import { config, inspection, minute, release, stage } from '../../steps/incidents.ts';
import { clockAt, memoryObjects } from '../../steps/ports.ts';
import { create } from '../ecs/example-cloud.ts';
import { exampleWorld } from '../example-world.ts';

const domain = 'webhook.staging.example.com';
const day = (days: number) => new Date(Date.now() + days * 86_400_000);

/** The smoke test as its function runs it, against a load balancer with a certificate and a name made by a template. */
describe('a stage that is called under its name', () => {
  // Slow enough that a busy machine answers within the load balancer's patience.
  const place = exampleWorld({}, 0.05);
  const home = mkdtempSync(join(tmpdir(), 'example-address-'));
  const names = new Route53();
  let world: OutsideWorld;
  let certificates: CertificateManager;
  let elb: ElasticLoadBalancing;
  let service: Server;
  let certificateArn: string;
  const paths: string[] = [];

  beforeAll(async () => {
    world = await OutsideWorld.start(home, (host) => names.find(host));
    certificates = new CertificateManager(place, world.authority);
    elb = new ElasticLoadBalancing(place, { certificate: (arn) => certificates.identity(arn) });
    service = createServer((request, answer) => {
      if (request.headers.host === domain) paths.push(request.url ?? '');
      answer.writeHead(200).end('{}');
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const make = (type: string, properties: object) =>
      create({ ...elb.provisioners, ...certificates.provisioners, ...names.provisioners }, type, properties);
    ({ physicalId: certificateArn } = await make('AWS::CertificateManager::Certificate', {
      DomainName: domain,
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: domain, HostedZoneId: 'Z0123456789EXAMPLE' }],
    }));
    const balancer = await make('AWS::ElasticLoadBalancingV2::LoadBalancer', {});
    const { physicalId: group } = await make('AWS::ElasticLoadBalancingV2::TargetGroup', {
      HealthCheckIntervalSeconds: 5,
      HealthyThresholdCount: 2,
    });
    await make('AWS::ElasticLoadBalancingV2::Listener', {
      LoadBalancerArn: balancer.physicalId,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: certificateArn }],
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
    });
    await make('AWS::Route53::RecordSet', {
      Name: `${domain}.`,
      Type: 'A',
      HostedZoneId: 'Z0123456789EXAMPLE',
      AliasTarget: { DNSName: balancer.attributes['DNSName'], HostedZoneId: balancer.attributes['CanonicalHostedZoneID'] },
    });
    const { port } = service.address() as AddressInfo;
    const target = { id: '10.0.0.1', port: 5000 };
    elb.register(group, { ...target, address: `127.0.0.1:${port}`, image: 'example', serviceName: 'example' });
    while (elb.targetHealth(group, target).state !== 'healthy') await new Promise((resolve) => setTimeout(resolve, 5));
  });
  afterAll(async () => {
    await elb.stop();
    await world.stop();
    service.close();
    service.closeAllConnections();
    place.remove();
    rmSync(home, { recursive: true, force: true });
  });

  const test = () =>
    smokeTest(
      {
        release,
        stage: { ...stage, quiltStackArn: exampleStackArn },
        image,
        inspection: { ...inspection, foundation: { ...inspection.foundation, ServiceUrl: `https://${domain}` } },
        config,
      },
      {
        http: httpClient(outsideAgent(world.environment())),
        signer: { sign: async () => Buffer.from('example') },
        objects: memoryObjects({ [`${image.artefacts.prefix}/smoke-expectations.json`]: smokeExpectations() }),
        clock: clockAt(minute(10)),
      },
    );

  it('is met there by the smoke test, over TLS and by way of the record', async () => {
    const { checks, failure } = await test();
    expect(checks.find(({ name }) => name === '/health/live')).toMatchObject({ passed: true });
    expect(failure?.cause).not.toBe('AddressUnusable');
    expect(paths).toContain('/health/live');
  });

  it.each([
    [
      'was made for another name',
      ['other.example.com'],
      undefined,
      /does not match certificate.*other\.example\.com.*\(ERR_TLS_CERT_ALTNAME_INVALID\)/,
    ],
    ['has expired', [domain], { from: day(-90), to: day(-1) }, /certificate has expired \(CERT_HAS_EXPIRED\)/],
  ])('fails the smoke test, and reaches no task, when its certificate %s', async (_, of, validity, words) => {
    paths.length = 0;
    certificates.put(certificateArn, of, validity);
    const { checks, failure } = await test();
    certificates.put(certificateArn, [domain]);
    expect(failure?.cause).toBe('AddressUnusable');
    expect(failure?.sentence).toMatch(words);
    expect(checks.filter(({ passed }) => passed)).toEqual([]);
    expect(paths).toEqual([]);
  });

  it('is not met in the clear, nor by the load balancer’s own name', async () => {
    await expect(fetch(`http://${names.find(domain)}/health/live`)).rejects.toThrow('fetch failed');
    const own = httpClient(outsideAgent(world.environment())).request({
      method: 'GET',
      url: `https://${names.find(domain)}/`,
      timeoutSeconds: 5,
    });
    await expect(own).rejects.toMatchObject({ name: 'HostUnusable' });
  });
});

describe('names and certificates of templates', () => {
  it.each([
    ['AWS::Route53::RecordSet', { Name: domain, Type: 'CNAME', ResourceRecords: ['example.com'] }, 'knows alias records of type A only'],
    [
      'AWS::CertificateManager::Certificate',
      { DomainName: domain, ValidationMethod: 'EMAIL' },
      'knows validation by DNS in a hosted zone only',
    ],
    [
      'AWS::CertificateManager::Certificate',
      { DomainName: domain, ValidationMethod: 'DNS' },
      'knows validation by DNS in a hosted zone only',
    ],
  ])('are refused by name where they are not played: %s', async (type, properties, words) => {
    const place = exampleWorld();
    const world = await OutsideWorld.start(place.home);
    const certificates = new CertificateManager(place, world.authority);
    await expect(create({ ...certificates.provisioners, ...new Route53().provisioners }, type, properties)).rejects.toThrow(words);
    await world.stop();
    place.remove();
  });
});
