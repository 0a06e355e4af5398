import type { PolicyDocument } from './policy-document.ts';

const allow = (...Action: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});

/** The AWS managed policies that the stand-in knows, by what follows `arn:aws:iam::aws:policy/`. */
const KNOWN: Readonly<Record<string, PolicyDocument>> = {
  'service-role/AmazonECSTaskExecutionRolePolicy': allow(
    'ecr:GetAuthorizationToken',
    'ecr:BatchCheckLayerAvailability',
    'ecr:GetDownloadUrlForLayer',
    'ecr:BatchGetImage',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ),
  'service-role/AWSLambdaBasicExecutionRole': allow('logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'),
};

const AWS_MANAGED = /^arn:aws:iam::aws:policy\/(.+)$/;

/** Undefined when the ARN is not AWS's. Throws for an AWS managed policy that is not known: guessing its content would grant or deny at random. */
export function awsManagedPolicy(arn: string): PolicyDocument | undefined {
  const name = AWS_MANAGED.exec(arn)?.[1];
  if (name === undefined) return undefined;
  const document = KNOWN[name];
  if (!document) throw new Error(`The AWS managed policy ${arn} is not supported; known: ${Object.keys(KNOWN).join(', ')}`);
  return document;
}
