import type { Answers, Question } from './question.ts';

const atGitHub = (answers: Answers) => answers.get('source.host') === 'github';

/** In the order in which they are asked. A test compares both lists with the schema of the table, both ways. */

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

export const ofStage: readonly Question[] = [
  {
    path: 'approval',
    flag: 'approval',
    value: 'answer',
    asks: 'does a person decide before anything changes here',
    kind: 'yes-no',
    // What the last stage serves is what a release is for: nobody gets there without being asked.
    usually: ({ isLast }) => isLast,
  },
  {
    path: 'takesTags',
    flag: 'takes-tags',
    value: 'patterns',
    asks: 'patterns of the tags that may come here, as v*,!v*-*; none: every tag',
    kind: 'list',
    usually: null,
  },
  {
    path: 'secretName',
    flag: 'secret',
    value: 'name',
    asks: "name (not ARN) of the secret that holds the service's parameters",
    kind: 'text',
  },
  {
    path: 'quiltStackArn',
    flag: 'quilt-stack',
    value: 'arn',
    asks: 'ARN of the Quilt stack',
    kind: 'text',
  },
  {
    path: 'dataBucketName',
    flag: 'data-bucket',
    value: 'name',
    asks: "bucket that packages are written to, the secret's user_bucket",
    kind: 'text',
  },
  {
    path: 'packagerQueueArn',
    flag: 'packager-queue',
    value: 'arn',
    asks: "ARN of the Quilt stack's packager queue",
    kind: 'text',
  },
  {
    path: 'address.domain',
    flag: 'domain',
    value: 'name',
    asks: 'host name that callers use, as webhook.example.com: a stage is called by HTTPS only',
    kind: 'text',
  },
  {
    path: 'address.hostedZone.id',
    flag: 'hosted-zone',
    value: 'id',
    asks: 'id of the Route 53 zone that the certificate and the record are made in; none where you bring a certificate',
    kind: 'text',
    usually: null,
  },
  {
    path: 'address.hostedZone.name',
    flag: 'hosted-zone-name',
    value: 'name',
    asks: 'name of that zone, as example.com',
    kind: 'text',
    when: (answers) => answers.has('address.hostedZone.id'),
  },
  {
    path: 'address.certificateArn',
    flag: 'certificate',
    value: 'arn',
    asks: 'ARN of the certificate for that name',
    kind: 'text',
    when: (answers) => !answers.has('address.hostedZone.id'),
  },
  {
    path: 'waf.requestsPerFiveMinutes',
    flag: 'waf-requests',
    value: 'count',
    asks: 'requests of one caller in five minutes beyond which a firewall, which costs money by the month, refuses it; none: no firewall',
    kind: 'number',
    usually: null,
  },
  { path: 'minTasks', flag: 'min-tasks', value: 'count', asks: 'tasks at least', kind: 'number', usually: 2 },
  { path: 'maxTasks', flag: 'max-tasks', value: 'count', asks: 'tasks at most', kind: 'number', usually: 6 },
  {
    path: 'alarms.errorsPerMinute',
    flag: 'errors-per-minute',
    value: 'count',
    asks: 'answers of 5xx within a minute that end a release',
    kind: 'number',
    usually: 5,
  },
  {
    path: 'alarms.responseSeconds',
    flag: 'response-seconds',
    value: 'seconds',
    asks: 'seconds of the slowest request of 100 that end a release',
    kind: 'number',
    usually: 3,
  },
];

/** Fields of the schema that nobody is asked for, each with its reason. */
export const leftAlone: Readonly<Record<string, string>> = {
  'stages.name': 'asked once for all stages, by --stages',
  'stages.waf': 'false, which means none, where --waf-requests names no limit',
  'checks.secretsEveryMinutes': 'an hour by default; whoever wants it otherwise knows why, and writes it',
  'checks.releasesEveryMinutes': 'an hour by default; whoever wants it otherwise knows why, and writes it',
  'checks.expectedHours': 'how long releases take is known after some of them',
  repository: 'short for a source of CodeCommit: asked as --repository, written as source.repository',
};
