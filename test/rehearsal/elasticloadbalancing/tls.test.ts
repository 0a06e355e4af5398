import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { CertificateManager } from '../../../rehearsal/aws/certificatemanager/certificate-manager.ts';
import { ElasticLoadBalancing } from '../../../rehearsal/aws/elasticloadbalancing/elastic-load-balancing.ts';
import type { Properties } from '../../../rehearsal/aws/kernel.ts';
import { Callers } from '../../../rehearsal/world/callers.ts';
import { createAuthority } from '../../../rehearsal/world/certificates.ts';
import { at, create } from '../ecs/example-cloud.ts';
import { exampleWorld } from '../example-world.ts';

const type = 'AWS::ElasticLoadBalancingV2::Listener';
const domain = 'webhook.example.com';
const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/33333333-3333-3333-3333-333333333333';

describe('a load balancer with an HTTPS listener', () => {
  const world = exampleWorld();
  const authority = createAuthority();
  const certificates = new CertificateManager(world, authority);
  const elb = new ElasticLoadBalancing(world, { certificate: (arn) => certificates.identity(arn) });
  let target: Server;
  let address: string;
  let listenerArn: string;
  let listener: Properties;
  /** Each test's own: a session of another test's is none of this one. */
  let callers: Callers;

  beforeAll(async () => {
    target = createServer(({ headers }, answer) => answer.end(JSON.stringify(headers)));
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(async () => {
    const balancer = await create(elb.provisioners, 'AWS::ElasticLoadBalancingV2::LoadBalancer', {});
    const { physicalId: group } = await create(elb.provisioners, 'AWS::ElasticLoadBalancingV2::TargetGroup', {});
    address = balancer.attributes['DNSName'] as string;
    callers = new Callers(authority.certificate, (name) => (name === domain ? address : undefined));
    certificates.put(certificateArn, [domain]);
    listener = {
      LoadBalancerArn: balancer.physicalId,
      Port: 443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: certificateArn }],
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
    };
    ({ physicalId: listenerArn } = await create(elb.provisioners, type, listener));
    const { port } = target.address() as AddressInfo;
    elb.register(group, { id: '10.0.0.1', port: 5000, address: `127.0.0.1:${port}`, image: 'example', serviceName: 'example' });
  });
  afterAll(async () => {
    await elb.stop();
    target.close();
    target.closeAllConnections();
    world.remove();
  });

  const ask = (name = domain) => callers.get(`https://${name}/`);
  const change = (properties: Properties) =>
    elb.provisioners[type]!.update?.(listenerArn, { ...listener, ...properties }, listener, at('Http'));

  it('ends the TLS of its callers, and tells the target so', async () => {
    expect(JSON.parse((await ask()).body)).toMatchObject({ host: domain, 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' });
  });

  it('answers nobody in the clear', async () => {
    await expect(fetch(`http://${address}/`)).rejects.toThrow('fetch failed');
  });

  it('presents a certificate for its own name only', async () => {
    certificates.put(certificateArn, ['other.example.com']);
    await expect(ask()).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it.each([
    ['expired', [-2, -1], 'CERT_HAS_EXPIRED'],
    ['not yet valid', [1, 2], 'CERT_NOT_YET_VALID'],
  ])('presents a certificate that is %s as it is', async (_, [from = 0, to = 0], code) => {
    const day = (days: number) => new Date(Date.now() + days * 86_400_000);
    certificates.put(certificateArn, [domain], { from: day(from), to: day(to) });
    await expect(ask()).rejects.toMatchObject({ code });
  });

  it('presents one that took the place of another to a caller with a session, who sees that it has expired', async () => {
    for (let round = 0; round < 2; round += 1) expect((await ask()).status).toBe(200);
    const day = (days: number) => new Date(Date.now() + days * 86_400_000);
    certificates.put(certificateArn, [domain], { from: day(-2), to: day(-1) });
    await expect(ask()).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
  });

  it('presents one that took the place of another to the next who connects', async () => {
    const serial = async () => (await handshake({})).getPeerCertificate().serialNumber;
    const before = await serial();
    expect(await serial()).toBe(before);
    certificates.put(certificateArn, [domain]);
    expect(await serial()).not.toBe(before);
    expect((await ask()).status).toBe(200);
  });

  it('is trusted by whoever knows this authority, and by nobody else', async () => {
    await expect(handshake({ ca: createAuthority().certificate })).rejects.toThrow('certificate');
  });

  it('takes a session up again, so that callers do not pay for each handshake', async () => {
    const first = await handshake({}, true);
    const session = await new Promise<Buffer>((resolve) => first.once('session', resolve));
    expect((await handshake({ session })).isSessionReused()).toBe(true);
  });

  it('is called by callers that take their sessions up again, on a connection each', async () => {
    const reused: boolean[] = [];
    const ports = new Set<number | undefined>();
    for (let round = 0; round < 3; round++) {
      const call = request(`https://${domain}/`, { agent: callers });
      const [response] = (await once(call.end(), 'response')) as [IncomingMessage];
      const socket = response.socket as TLSSocket;
      reused.push(socket.isSessionReused());
      ports.add(socket.localPort);
      await once(response.resume(), 'close');
    }
    expect(reused).toEqual([false, true, true]);
    expect(ports.size).toBe(3);
  });

  it('speaks TLS 1.2 and 1.3, or 1.3 alone, as the policy says', async () => {
    expect((await handshake({ maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
    expect((await handshake({})).getProtocol()).toBe('TLSv1.3');
    change({ SslPolicy: 'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09' });
    await expect(handshake({ maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version|ECONNRESET/);
  });

  it('tells its policy and its certificate', () => {
    expect(elb.service.handlers['DescribeListeners']!({ ListenerArns: [listenerArn] }, call)).toMatchObject({
      Listeners: [{ Protocol: 'HTTPS', Port: 443, SslPolicy: listener['SslPolicy'], Certificates: [{ CertificateArn: certificateArn }] }],
    });
  });

  it.each([
    ['no certificate', { Certificates: [] }, 'A certificate must be specified for HTTPS listeners'],
    ['a certificate that is nowhere', { Certificates: [{ CertificateArn: 'arn:example' }] }, "Certificate ARN 'arn:example' is not valid"],
    ['a policy with TLS 1.0', { SslPolicy: undefined }, 'security policy ELBSecurityPolicy-2016-08 is not supported by the rehearsal'],
  ])('is refused with %s', (_, properties, words) => {
    expect(() => change(properties)).toThrow(words);
  });

  it('is not deleted while it is protected', async () => {
    const kind = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
    const guarded = { LoadBalancerAttributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }] };
    const { physicalId } = await create(elb.provisioners, kind, guarded);
    expect(() => elb.provisioners[kind]!.remove?.(physicalId, guarded, at('Balancer'))).toThrow('deletion protection is enabled');
    expect(elb.loadBalancers.has(physicalId)).toBe(true);
  });

  /** @param open leaves the connection open: a session arrives after the handshake */
  function handshake(options: ConnectionOptions, open = false): Promise<TLSSocket> {
    const [host, port] = address.split(':');
    const socket = connect({ host, port: Number(port), servername: domain, ca: authority.certificate, ...options });
    return new Promise((resolve, reject) => {
      socket.once('error', reject).once('secureConnect', () => {
        resolve(socket);
        if (!open) socket.end();
      });
    });
  }
});

const call = { service: 'elasticloadbalancing', operation: 'example', requestId: 'example', principal: { arn: 'example' } };
