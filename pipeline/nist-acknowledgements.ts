import type { Finding } from './acknowledgements.ts';

/** What stands of NIST 800-53 revision 5. What customer keys, networks and copies would cost: docs/decisions/rule-packs.md. */
export const nistFindings: readonly Finding[] = [
  {
    rule: 'NIST.800.53.R5-S3DefaultEncryptionKMS',
    at: /(AccessLogs|Diagnostics|Artefacts)$/,
    reason:
      'Encrypted by keys of S3, read by named roles alone, over TLS. A customer key would be one more thing that, once disabled, takes the diagnostics away; load balancers and access logs cannot write by it.',
  },
  {
    rule: 'NIST.800.53.R5-CloudWatchLogGroupEncrypted',
    at: /(Logs|FlowLogs)$/,
    reason:
      'Encrypted by keys of CloudWatch Logs; secrets are redacted before they are written. A customer key that is disabled would stop the log of the very failure that it is needed for.',
  },
  {
    rule: 'NIST.800.53.R5-SNSEncryptedKMS',
    at: /ReleaseStores\/Notifications$/,
    reason:
      'A notification names a tag, a cause and a page, and is mailed on in the clear. Alarms cannot publish by the key of AWS, and a customer key that fails would silence the loudest notification.',
  },
  {
    rule: 'NIST.800.53.R5-S3BucketReplicationEnabled',
    at: /(AccessLogs|Diagnostics|Artefacts)$/,
    reason:
      'S3 keeps each object in three zones; versions and retention stand against mistakes. A region that is lost takes the service along, and a release is built anew from its tag.',
  },
  {
    rule: 'NIST.800.53.R5-S3BucketLoggingEnabled',
    at: /\/AccessLogs$/,
    reason: 'The bucket of access logs itself: logging it into itself would never end.',
  },
  {
    rule: 'NIST.800.53.R5-DynamoDBInBackupPlan',
    at: /ReleaseStores\/Table$/,
    reason:
      'Point-in-time recovery keeps every second of 35 days, and the table is protected against deletion; a daily backup would know less.',
  },
  {
    rule: 'NIST.800.53.R5-IAMNoInlinePolicy',
    at: /(DefaultPolicy|OwnHistory|StageHolders)$/,
    reason:
      'Each policy is for one role, names the resources of that role, and lives and dies with it: a managed policy could be attached to another, or detached.',
  },
  ...['IAMPolicyNoStatementsWithAdminAccess', 'IAMPolicyNoStatementsWithFullAccess'].map((rule) => ({
    rule: `NIST.800.53.R5-${rule}`,
    at: /(^|\/)(ReleaseMachine|ReleaseSelfUpdate)\/Boundary$/,
    reason: 'A boundary, not a grant: it allows what the policies of a role allow, and denies the rest to all of them.',
  })),
  {
    rule: 'NIST.800.53.R5-LambdaConcurrency',
    at: /\/Function$/,
    reason:
      'A reservation is taken from what the account has, ten in a new one; the machine calls one function at a time, and no burst of events may find the recorder throttled.',
  },
  {
    rule: 'NIST.800.53.R5-LambdaDLQ',
    at: /\/Function$/,
    reason:
      'The machine waits for its steps and catches what they throw. Functions that events call keep what fails in a queue by a failure destination, which tells the error, too.',
  },
  {
    rule: 'NIST.800.53.R5-LambdaInsideVPC',
    at: /\/Function$/,
    reason:
      'They call AWS and nothing inside a network. In the network of a stage, the rescue would depend on what may have failed, and its endpoints would cost more than the whole pipeline.',
  },
  {
    rule: 'NIST.800.53.R5-VPCDefaultSecurityGroupClosed',
    at: /Foundation\/Vpc$/,
    reason: 'Nothing uses the default group. CloudFormation cannot close it without a custom resource, which could block a rollback.',
  },
  {
    rule: 'NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW',
    at: /Foundation\/Vpc\/PublicSubnet\d\/DefaultRoute$/,
    reason:
      'Benchling calls the load balancer from the internet, from addresses that it does not publish. Tasks are in private subnets without that route.',
  },
  {
    rule: 'NIST.800.53.R5-ALBWAFEnabled',
    at: /Foundation\/LoadBalancer\/Balancer$/,
    reason:
      'A firewall is on request (`waf` in the table of stages): it costs more than an idle pipeline, and each call carries a signature.',
    optional: true,
  },
  {
    rule: 'NIST.800.53.R5-WAFv2LoggingEnabled',
    at: /Foundation\/LoadBalancer\/Firewall\/Acl$/,
    reason: 'Each request is in the access logs of the load balancer; the firewall keeps samples of what it refused, and counts them.',
    optional: true,
  },
  {
    rule: 'NIST.800.53.R5-CloudWatchAlarmAction',
    at: /Foundation\/Alarms\/(target-errors|load-balancer-errors|response-time)$/,
    reason: 'The release machine looks at them while it watches what it deployed, and acts by itself.',
  },
];
