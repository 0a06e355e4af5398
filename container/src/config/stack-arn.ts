/** A CloudFormation stack's ARN, taken apart. Its region is the region of everything else the service calls. */
export interface StackArn {
  arn: string;
  partition: string;
  region: string;
  account: string;
  name: string;
}

const shape =
  /^arn:(aws|aws-us-gov|aws-cn):cloudformation:([a-z]{2}(?:-[a-z]+)+-\d):(\d{12}):stack\/([A-Za-z][A-Za-z0-9-]*)\/[A-Za-z0-9-]+$/;

/** @returns the parts, or the rule that the text breaks (an empty region among them: it once became `secretsmanager..amazonaws.com`). */
export function parseStackArn(text: string): ({ ok: true } & StackArn) | { ok: false; rule: string } {
  const match = shape.exec(text);
  if (!match) {
    const emptyRegion = /^arn:[^:]*:cloudformation::/.test(text);
    return {
      ok: false,
      rule: emptyRegion ? 'has no region' : 'must look like arn:{partition}:cloudformation:{region}:{account}:stack/{name}/{id}',
    };
  }
  const [, partition = '', region = '', account = '', name = ''] = match;
  return { ok: true, arn: text, partition, region, account, name };
}
