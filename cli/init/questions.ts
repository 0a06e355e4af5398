import type { Answers, Question } from './question.ts';

const atGitHub = (answers: Answers) => answers.get('source.host') === 'github';

/** What is asked of the pipeline as a whole, in the order in which it is asked. A test compares these, and those of stages, with the schema, both ways. */
export const ofPipeline: readonly Question[] = [
  {
    path: 'source.host',
    flag: 'host',
    value: 'host',
    asks: 'where the repository lies whose tags are released: codecommit or github',
    kind: 'text',
    usually: 'codecommit',
  },
  {
    path: 'source.repository',
    flag: 'repository',
    value: 'name',
    asks: 'that repository; at GitHub owner/name',
    kind: 'text',
  },
  {
    path: 'source.connectionArn',
    flag: 'connection',
    value: 'arn',
    asks: 'ARN of the connection by which CodeBuild reads it, confirmed once in the console',
    kind: 'text',
    when: atGitHub,
  },
  {
    path: 'source.tokenSecretName',
    flag: 'token-secret',
    value: 'name',
    asks: 'name of the secret whose text is a token that may read the repository; none: it is public',
    kind: 'text',
    usually: null,
    when: atGitHub,
  },
  {
    path: 'source.createIdentityProvider',
    flag: 'create-identity-provider',
    value: 'answer',
    asks: "is GitHub's identity provider made here; an account holds one only",
    kind: 'yes-no',
    usually: true,
    when: atGitHub,
  },
  {
    path: 'source.subject',
    flag: 'subject',
    value: 'prefix',
    asks: "what the subjects of the repository's tokens begin with; none: repo:owner/name",
    kind: 'text',
    usually: null,
    when: atGitHub,
  },
  {
    path: 'fourEyes',
    flag: 'four-eyes',
    value: 'answer',
    asks: 'must somebody else approve than who pushed the tag',
    kind: 'yes-no',
    usually: false,
  },
  {
    path: 'pushers',
    flag: 'pushers',
    value: 'people',
    asks: 'who pushes, and the ARNs by which each may decide, as NAME=ARN,ARN;NAME=ARN',
    kind: 'people',
    when: (answers) => answers.get('fourEyes') === true,
  },
  {
    path: 'baseImage',
    flag: 'base-image',
    value: 'image',
    asks: 'Node image for linux/amd64 that the service is built on, pinned as NAME@sha256:…',
    kind: 'text',
    usually: 'public.ecr.aws/docker/library/node:24-slim',
  },
];

/** Names of the stages come before everything that is asked of each. */
export const stageNames: Question = {
  path: 'stages',
  flag: 'stages',
  value: 'names',
  asks: 'stages, in the order in which a release walks them',
  kind: 'list',
  usually: ['staging', 'prod'],
};

/** What people write into the table by hand: a new one keeps it. */
export const byHand = ['checks'];

/** Fields of the schema that nobody is asked for, each with its reason. */
export const leftAlone: Readonly<Record<string, string>> = {
  'stages.name': 'asked once for all stages, by --stages',
  'stages.waf': 'false, which means none, where --waf-requests names no limit',
  'checks.secretsEveryMinutes': 'an hour by default; whoever wants it otherwise knows why, and writes it',
  'checks.releasesEveryMinutes': 'an hour by default; whoever wants it otherwise knows why, and writes it',
  'checks.expectedHours': 'how long releases take is known after some of them',
  repository: 'short for a source of CodeCommit: asked as --repository, written as source.repository',
};
