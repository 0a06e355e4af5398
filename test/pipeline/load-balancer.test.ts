import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { LoadBalancer, type LoadBalancerProps } from '../../app-stack/load-balancer.ts';

const domain = 'webhook.example.com';
const hostedZone = { id: 'Z0123456789EXAMPLE', name: 'example.com' };
const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/33333333-3333-3333-3333-333333333333';

function template(props: Partial<LoadBalancerProps> = {}): Template {
  const stack = new Stack(new App(), 'Example');
  new LoadBalancer(stack, 'LoadBalancer', { vpc: new ec2.Vpc(stack, 'Vpc'), address: { domain, hostedZone }, ...props });
  return Template.fromStack(stack);
}

describe('the load balancer of a stage', () => {
  // CDK takes its time, and nothing here changes a template.
  const plain = template();

  it('listens for HTTPS and for nothing else, and lets nothing else in', () => {
    const made = plain;
    made.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 1);
    made.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 443, Protocol: 'HTTPS' });
    made.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })],
    });
    made.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  it('speaks TLS 1.2 with forward secrecy, and 1.3', () => {
    plain.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09' });
  });

  it('has a certificate and a name made in the hosted zone, which outlive their stack', () => {
    const made = plain;
    const [certificate] = Object.keys(made.findResources('AWS::CertificateManager::Certificate'));
    made.hasResource('AWS::CertificateManager::Certificate', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        DomainName: domain,
        ValidationMethod: 'DNS',
        DomainValidationOptions: [{ DomainName: domain, HostedZoneId: hostedZone.id }],
      },
    });
    made.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Certificates: [{ CertificateArn: { Ref: certificate } }] });
    made.hasResource('AWS::Route53::RecordSet', {
      DeletionPolicy: 'Retain',
      Properties: { Name: `${domain}.`, Type: 'A', HostedZoneId: hostedZone.id, AliasTarget: Match.anyValue() },
    });
  });

  it('takes a certificate that people bring, and leaves the name to them', () => {
    const made = template({ address: { domain, certificateArn } });
    made.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Certificates: [{ CertificateArn: certificateArn }] });
    made.resourceCountIs('AWS::CertificateManager::Certificate', 0);
    made.resourceCountIs('AWS::Route53::RecordSet', 0);
  });

  it('has no address without a certificate', () => {
    expect(() => template({ address: { domain } })).toThrow('webhook.example.com has neither a hosted zone nor a certificate');
  });

  it('is protected against its deletion, and stays when its stack goes', () => {
    plain.hasResource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value: 'true' }]) },
    });
  });
});

describe('the firewall', () => {
  const made = template({ waf: { requestsPerFiveMinutes: 2000 } });

  it('costs nothing where nobody asked for it', () => {
    template().resourceCountIs('AWS::WAFv2::WebACL', 0);
  });

  it('stands before the load balancer', () => {
    const [acl] = Object.keys(made.findResources('AWS::WAFv2::WebACL'));
    const [balancer] = Object.keys(made.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
    made.hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
      WebACLArn: { 'Fn::GetAtt': [acl, 'Arn'] },
      ResourceArn: { Ref: balancer },
    });
  });

  it('limits each address, and refuses by rules that AWS keeps', () => {
    made.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'REGIONAL',
      DefaultAction: { Allow: {} },
      Rules: Match.arrayWith([
        Match.objectLike({
          Action: { Block: {} },
          Statement: { RateBasedStatement: Match.objectLike({ AggregateKeyType: 'IP', Limit: 2000 }) },
        }),
        Match.objectLike({
          OverrideAction: { None: {} },
          Statement: { ManagedRuleGroupStatement: Match.objectLike({ VendorName: 'AWS' }) },
        }),
      ]),
    });
  });

  it('refuses no webhook for the size of its body, or for what people write into entries', () => {
    const [acl] = Object.values(made.findResources('AWS::WAFv2::WebACL'));
    const groups = acl?.['Properties'].Rules.flatMap(({ Statement }: { Statement: Record<string, { RuleActionOverrides?: object[] }> }) => [
      ...(Statement['ManagedRuleGroupStatement']?.RuleActionOverrides ?? []),
    ]);
    for (const Name of ['SizeRestrictions_BODY', 'CrossSiteScripting_BODY'])
      expect(groups).toContainEqual({ Name, ActionToUse: { Count: {} } });
  });

  it('decides about different things in a given order', () => {
    const [acl] = Object.values(made.findResources('AWS::WAFv2::WebACL'));
    expect(acl?.['Properties'].Rules.map(({ Priority }: { Priority: number }) => Priority)).toEqual([0, 1, 2, 3]);
  });
});
