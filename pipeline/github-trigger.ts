import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { pushedTag } from '../steps/contract/source.ts';
import type { GitHubEntry } from './config.ts';

export interface GitHubTriggerProps {
  readonly source: GitHubEntry;
  /** What starts releases. */
  readonly target: events.IRuleTarget;
}

const issuer = 'token.actions.githubusercontent.com';

/**
 * The door for a workflow of GitHub: a bus of the pipeline's own, and a role that runs of one repository may take on for tags `v*`, and that
 * may put one kind of event there. Neither key nor password exists; whoever may push a tag may knock, and no more than knock.
 */
export class GitHubTrigger extends Construct {
  readonly role: iam.Role;
  /** What the subject of a token must begin with, before the ref. */
  readonly subject: string;

  constructor(scope: Construct, id: string, { source, target }: GitHubTriggerProps) {
    super(scope, id);
    this.subject = source.subject ?? `repo:${source.repository}`;
    const bus = new events.EventBus(this, 'Bus', {
      // The workflow names it, too.
      eventBusName: pushedTag.busName,
      description: 'Tags that were pushed to GitHub',
    });
    // Everything that arrives is handed on: what is not of this repository, the starter refuses by name, and a rule would drop in silence.
    new events.Rule(this, 'TagPushed', {
      description: 'A tag was pushed to the source repository',
      eventBus: bus,
      eventPattern: { source: [pushedTag.source], detailType: [pushedTag.detailType] },
      targets: [target],
    });
    this.role = new iam.Role(this, 'Role', {
      description: `Lets workflow runs of ${source.repository} tell of a pushed tag`,
      assumedBy: new iam.WebIdentityPrincipal(this.identityProvider(source), {
        StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
        StringLike: { [`${issuer}:sub`]: `${this.subject}:ref:refs/tags/v*` },
      }),
    });
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        // IAM's reference calls both keys lists: whether AWS judges the entries of a call one by one or together, each must be this, and none may lack it.
        conditions: {
          'ForAllValues:StringEquals': { 'events:source': pushedTag.source, 'events:detail-type': pushedTag.detailType },
          Null: { 'events:source': 'false', 'events:detail-type': 'false' },
        },
      }),
    );
  }

  /** @returns its ARN */
  private identityProvider({ createIdentityProvider }: GitHubEntry): string {
    const { partition, account } = Stack.of(this);
    if (!createIdentityProvider) return `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;
    const provider = new iam.CfnOIDCProvider(this, 'IdentityProvider', { url: `https://${issuer}`, clientIdList: ['sts.amazonaws.com'] });
    return provider.attrArn;
  }
}
