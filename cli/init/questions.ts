import type { Question } from './question.ts';

/** In the order in which they are asked. A test compares both lists with the schema of the table, both ways. */

export const ofPipeline: readonly Question[] = [
  {
    path: 'repository',
    flag: 'repository',
    value: 'name',
    asks: 'CodeCommit repository whose tags are released',
    kind: 'text',
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
  'source.host': 'tags of CodeCommit are asked for as `repository`; GitHub takes what people make there first: docs/decisions/triggers.md',
  'source.repository': 'belongs to a source that people write themselves',
  'source.connectionArn': 'people make the connection and confirm it at GitHub',
  'source.subject': 'follows from the repository, or is read from a run of its workflow',
  'source.createIdentityProvider': 'only who knows the account knows whether it has the provider',
  'source.tokenSecretName': 'people fill the secret',
  'stages.takesTags': 'without it every tag may go all the way; how far a pre-release goes is a house rule that people write down',
};
