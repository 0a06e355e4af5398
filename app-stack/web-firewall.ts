import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

export interface WebFirewallProps {
  readonly balancer: elb.ApplicationLoadBalancer;
  /** Of one address, beyond which it is refused. */
  readonly requestsPerFiveMinutes: number;
}

/** Groups that AWS keeps, and their rules that count only here. */
const managed: readonly { readonly name: string; readonly countsOnly: readonly string[] }[] = [
  // Addresses that attack others. The group of anonymous addresses is left out: Benchling itself calls from a cloud.
  { name: 'AWSManagedRulesAmazonIpReputationList', countsOnly: [] },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet', countsOnly: [] },
  {
    name: 'AWSManagedRulesCommonRuleSet',
    // A webhook's body is signed JSON of any size, and people write markup and paths into entries; nor is every caller obliged to name itself.
    countsOnly: [
      'SizeRestrictions_BODY',
      'CrossSiteScripting_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      'EC2MetaDataSSRF_BODY',
      'NoUserAgent_HEADER',
    ],
  },
];

/** Refuses known attacks and floods before they reach a task. What it lets through is verified by the service all the same. */
export class WebFirewall extends Construct {
  constructor(scope: Construct, id: string, { balancer, requestsPerFiveMinutes }: WebFirewallProps) {
    super(scope, id);
    const acl = new wafv2.CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible('all'),
      rules: [
        {
          name: 'rate',
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: requestsPerFiveMinutes, evaluationWindowSec: 300 } },
          visibilityConfig: visible('rate'),
        },
        ...managed.map(({ name, countsOnly }, index) => ({
          name,
          priority: index + 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name,
              ruleActionOverrides: countsOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
            },
          },
          visibilityConfig: visible(name),
        })),
      ],
    });
    new wafv2.CfnWebACLAssociation(this, 'Association', { webAclArn: acl.attrArn, resourceArn: balancer.loadBalancerArn });
  }
}

const visible = (metricName: string) => ({ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName });
