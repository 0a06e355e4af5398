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

/** From a table to the first release: the commands, in order, with the table's own names. A docs page says more of each. */
export function nextCommands(config: Config, place: { callerArn: string; region: string } | null): string[] {
  const { repository, source } = config;
  const region = place?.region ?? 'REGION';
  return [
    place ? bootstrapCommand(place.callerArn, region) : 'npx cdk bootstrap',
    'node --import tsx build/bundle.ts steps',
    `npx cdk deploy ${deployedByPeople(config).join(' ')}`,
    subscribeCommand,
    `git remote add release ${source.host === 'github' ? `git@github.com:${repository}.git` : `codecommit::${region}://${repository}`}`,
    'git push release main',
    'git tag v1.0.0',
    'git push release v1.0.0',
    'npx release watch v1.0.0',
  ];
}
