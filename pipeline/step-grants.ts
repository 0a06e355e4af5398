import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { FunctionName } from '../steps/contract/environment.ts';
import { environment } from '../steps/contract/environment.ts';
import type { Config } from './config.ts';
import type { StoresStack } from './stores-stack.ts';

export function stepGrants(_scope: Construct, _props: { stores: StoresStack; config: Config }): Record<FunctionName, PolicyStatement[]> {
  return Object.fromEntries(Object.keys(environment).map((n) => [n, []])) as never;
}
