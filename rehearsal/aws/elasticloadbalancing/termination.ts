import type { Properties } from '../kernel.ts';
import type { ElasticLoadBalancing } from './elastic-load-balancing.ts';
import { type ListenerSettings, readActions, type Termination } from './listener.ts';

/** What CloudFormation gives a listener whose template names no policy. */
const defaultPolicy = 'ELBSecurityPolicy-2016-08';

/** Reads the properties of a listener; what the rehearsal cannot do it refuses by name. */
export function readListener(properties: Properties, elb: Pick<ElasticLoadBalancing, 'certificate'>): ListenerSettings {
  const { Protocol: protocol = 'HTTP', Port: port = protocol === 'HTTPS' ? 443 : 80, DefaultActions: actions } = properties;
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') throw new Error(`listener protocol ${protocol} is not supported by the rehearsal`);
  const termination = protocol === 'HTTPS' ? readTermination(properties, elb) : undefined;
  return { port: Number(port), defaultActions: readActions(actions), termination };
}

function readTermination(properties: Properties, elb: Pick<ElasticLoadBalancing, 'certificate'>): Termination {
  const { Certificates: [certificate] = [], SslPolicy: policy = defaultPolicy } = properties as {
    Certificates?: Properties[];
    SslPolicy?: string;
  };
  const certificateArn: string | undefined = certificate?.['CertificateArn'];
  if (!certificateArn) throw new Error('A certificate must be specified for HTTPS listeners');
  if (!elb.certificate(certificateArn)) throw new Error(`Certificate ARN '${certificateArn}' is not valid`);
  return { certificateArn, policy, minVersion: lowest(policy) };
}

/** The ciphers of a policy are Node's own here; its lowest version of TLS is the policy's. */
function lowest(policy: string): Termination['minVersion'] {
  const [, version] = /^ELBSecurityPolicy-TLS13-1-([23])-/.exec(policy) ?? [];
  if (!version) throw new Error(`security policy ${policy} is not supported by the rehearsal: TLS13-1-2 and TLS13-1-3 are`);
  return version === '3' ? 'TLSv1.3' : 'TLSv1.2';
}
