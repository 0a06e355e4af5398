import { createRequire } from 'node:module';

/** AWS's own word for a service on its command line, and the client that knows its model. */
const clients: Record<string, string> = {
  acm: 'client-acm',
  cloudformation: 'client-cloudformation',
  cloudtrail: 'client-cloudtrail',
  cloudwatch: 'client-cloudwatch',
  codebuild: 'client-codebuild',
  codecommit: 'client-codecommit',
  dynamodb: 'client-dynamodb',
  ec2: 'client-ec2',
  ecr: 'client-ecr',
  ecs: 'client-ecs',
  elbv2: 'client-elastic-load-balancing-v2',
  events: 'client-eventbridge',
  kms: 'client-kms',
  lambda: 'client-lambda',
  logs: 'client-cloudwatch-logs',
  route53: 'client-route-53',
  s3api: 'client-s3',
  secretsmanager: 'client-secrets-manager',
  sns: 'client-sns',
  sqs: 'client-sqs',
  stepfunctions: 'client-sfn',
  sts: 'client-sts',
};

/** What the command line adds to a service's model, and its options: no client knows these. */
const ownCommands: Record<string, readonly string[]> = {
  's3 ls': ['--recursive'],
  's3 cp': ['--recursive'],
  's3 rb': ['--force'],
  // Nothing of ours calls IAM, so there is no client that knows it.
  'iam attach-group-policy': ['--group-name', '--policy-arn'],
  'iam list-roles': [],
  'iam delete-role-policy': ['--role-name', '--policy-name'],
  'iam delete-role': ['--role-name'],
};
/** Names of the model that the command line gives another, because it has such an option itself. */
const renamed: Readonly<Record<string, string>> = { 'sns subscribe --endpoint': '--notification-endpoint' };
const globalOptions = ['--query', '--output', '--region', '--max-items'];
const readVerb = /^(?:describe|get|list|lookup|filter|batch-get|head)-/;

type Schema = readonly unknown[];
const resolve = (schema: unknown): Schema => (typeof schema === 'function' ? schema() : schema) as Schema;
const require = createRequire(import.meta.url);

/** What is wrong with an `aws …` command by AWS's own models, in words; empty when nothing is. */
export function awsProblems([, service = '', verb = '', ...rest]: readonly string[]): string[] {
  const own = ownCommands[`${service} ${verb}`];
  const options = rest.filter((word) => word.startsWith('--'));
  if (own) return options.filter((option) => ![...own, ...globalOptions].includes(option)).map((option) => `unknown option ${option}`);
  const client = clients[service];
  if (!client) return [`no client of ${service} is known`];
  return verb === 'wait' ? waiterProblems(client, rest[0] ?? '') : operationProblems(client, `${service} ${verb}`, options, rest);
}

function operationProblems(client: string, command: string, options: readonly string[], rest: readonly string[]): string[] {
  const verb = command.split(' ')[1] ?? '';
  const found = operationOf(client, verb);
  if (!found) return [`${client} has no operation ${verb}`];
  const [, , , , members, , required] = found.input as [unknown, unknown, unknown, unknown, string[], unknown, number?];
  const optionOf = (member: string) => renamed[`${command} --${kebab(member)}`] ?? `--${kebab(member)}`;
  const known = new Set(members.map(optionOf));
  const unknown = options.filter(
    (option) => !known.has(option) && !known.has(option.replace(/^--no-/, '--')) && !globalOptions.includes(option),
  );
  // A client token is made up by the command line itself.
  const wanted = members.slice(0, required ?? 0).filter((member) => !/Token$/.test(member));
  const given = options.map((option) => option.replace(/^--no-/, '--'));
  const lacking = wanted.filter((member) => !given.includes(optionOf(member)));
  return [
    ...unknown.map((option) => `${verb} knows no option ${option}`),
    ...lacking.map((member) => `${verb} needs --${kebab(member)}`),
    ...queryProblems(rest[rest.indexOf('--query') + 1] ?? '', options.includes('--query'), found.output),
  ];
}

/** A query that begins with a name that the answer has not says null to every question; `[A,B]` begins with several. */
function queryProblems(query: string, isGiven: boolean, output: Schema): string[] {
  if (!isGiven) return [];
  const begins = query.startsWith('[') ? query.slice(1, -1).split(',') : [query];
  const members = output[4] as string[];
  const strangers = begins.map((each) => /^\w*/.exec(each)?.[0] ?? '').filter((name) => !members.includes(name));
  return strangers.map((name) => `the answer has no ${name}; it has ${members.join(', ')}`);
}

function operationOf(client: string, verb: string): { input: Schema; output: Schema } | null {
  const exports = require(`@aws-sdk/${client}`) as Record<string, unknown>;
  const name = Object.keys(exports).find((each) => each.endsWith('Command') && kebab(each.slice(0, -'Command'.length)) === verb);
  if (!name) return null;
  const { schema } = new (exports[name] as new (input: object) => { schema: Schema })({});
  return { input: resolve(schema[4]), output: resolve(schema[5]) };
}

function waiterProblems(client: string, name: string): string[] {
  const exports = require(`@aws-sdk/${client}`) as Record<string, unknown>;
  const has = Object.keys(exports).some((each) => each.startsWith('waitUntil') && kebab(each.slice('waitUntil'.length)) === name);
  return has ? [] : [`${client} has no waiter ${name}`];
}

/** As the command line spells a name of the model: `StackName` → `stack-name`, `LoadBalancerArns` → `load-balancer-arns`. */
export const kebab = (name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();

/** Whether an `aws …` command changes nothing. */
export const readsOnly = ([, service = '', verb = '', ...rest]: readonly string[]) =>
  service === 's3' ? verb === 'ls' || (verb === 'cp' && rest.at(-1) === '-') : readVerb.test(verb);
