import type { PolicyDocument, Statement } from '../iam/policy-document.ts';
import type { Properties } from '../kernel.ts';

/** Each AWS::Lambda::Permission is one statement of its function's resource policy, which IAM then evaluates as any other. */
export class ResourcePolicies {
  readonly #iam: { setResourcePolicy(arn: string, document: PolicyDocument | undefined): void };
  /** Function ARN → statement id → statement */
  readonly #statements = new Map<string, Map<string, Statement>>();

  constructor(iam: { setResourcePolicy(arn: string, document: PolicyDocument | undefined): void }) {
    this.#iam = iam;
  }

  put(arn: string, id: string, properties: Properties): void {
    const statements = this.#statements.get(arn) ?? new Map<string, Statement>();
    this.#statements.set(arn, statements.set(id, statementOf(arn, id, properties)));
    this.#apply(arn);
  }

  remove(arn: string, id: string): void {
    this.#statements.get(arn)?.delete(id);
    this.#apply(arn);
  }

  #apply(arn: string): void {
    const statements = [...(this.#statements.get(arn)?.values() ?? [])];
    this.#iam.setResourcePolicy(arn, statements.length ? { Version: '2012-10-17', Statement: statements } : undefined);
  }
}

function statementOf(arn: string, Sid: string, properties: Properties): Statement {
  const { Principal, Action, SourceArn, SourceAccount, FunctionUrlAuthType, InvokedViaFunctionUrl } = properties;
  const service = /\.amazonaws\.com$/.test(Principal);
  const condition = {
    ...(SourceArn && { ArnLike: { 'aws:SourceArn': SourceArn } }),
    ...((SourceAccount || FunctionUrlAuthType) && {
      StringEquals: {
        ...(SourceAccount && { 'aws:SourceAccount': SourceAccount }),
        ...(FunctionUrlAuthType && { 'lambda:FunctionUrlAuthType': FunctionUrlAuthType }),
      },
    }),
    ...(InvokedViaFunctionUrl && { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }),
  };
  const statement = {
    Sid,
    Effect: 'Allow' as const,
    Principal: service ? { Service: Principal } : Principal === '*' ? '*' : { AWS: Principal },
    Action,
    Resource: arn,
    ...(Object.keys(condition).length && { Condition: condition }),
  };
  return statement;
}
