import type { Config } from '../../pipeline/config.ts';

/** `npx cdk bootstrap aws://ACCOUNT/REGION` */
export const bootstrapCommand = (callerArn: string, region: string) => `npx cdk bootstrap aws://${callerArn.split(':')[4] ?? ''}/${region}`;

/** What people deploy, in an order that CDK accepts; Service stacks belong to releases. */
export const deployedByPeople = ({ stages }: Pick<Config, 'stages'>) => [
  'ReleaseStores',
  'ReleaseMachine',
  ...stages.map(({ foundationStack }) => foundationStack),
];

const topic = `aws cloudformation describe-stack-resources --stack-name ReleaseStores --query "StackResources[?ResourceType=='AWS::SNS::Topic'].PhysicalResourceId" --output text`;
/** Reports go to the topic; who is subscribed confirms it by the mail that comes. */
export const subscribeCommand = `aws sns subscribe --protocol email --notification-endpoint you@example.com --topic-arn "$(${topic})"`;

/** From a table to the first release: the commands, in order, with the table's own names. docs/install.md says more of each. */
export function nextCommands(config: Config, place: { callerArn: string; region: string } | null): string[] {
  return [
    place ? bootstrapCommand(place.callerArn, place.region) : 'npx cdk bootstrap',
    `npx cdk deploy ${deployedByPeople(config).join(' ')}`,
    subscribeCommand,
    ...repositoryCommands(config),
    'npx release doctor',
    'git tag v1.0.0',
    'git push release v1.0.0',
    'npx release watch v1.0.0',
  ];
}

const outputOf = (stack: string, name: string) =>
  `aws cloudformation describe-stacks --stack-name ${stack} --query "Stacks[0].Outputs[?OutputKey=='${name}'].OutputValue" --output text`;

function repositoryCommands({ source: { host, repository } }: Config): string[] {
  if (host === 'codecommit') {
    const url = `aws codecommit get-repository --repository-name ${repository} --query repositoryMetadata.cloneUrlHttp --output text`;
    return [
      "git config credential.helper '!aws codecommit credential-helper $@'",
      'git config credential.UseHttpPath true',
      `git remote add release "$(${url})"`,
      'git push release main',
    ];
  }
  return [
    `gh variable set RELEASE_ROLE_ARN --repo ${repository} --body "$(${outputOf('ReleaseMachine', 'WorkflowRole')})"`,
    `gh variable set RELEASE_REGION --repo ${repository} --body "$AWS_REGION"`,
    rulesetCommand(repository),
    `git remote add release git@github.com:${repository}.git`,
    'git push release main',
  ];
}

/** Nobody moves or deletes a tag that starts releases. */
export const rulesetCommand = (repository: string) =>
  `gh api repos/${repository}/rulesets --method POST --input .github/rulesets/release-tags.json`;
