/** A Task's Resource, taken apart: `arn:aws:states:::aws-sdk:ecs:describeTasks`. */
export interface Resource {
  /** `lambda`, `ecs` */
  readonly service: string;
  /** Camel case, as in the ARN. */
  readonly action: string;
  readonly pattern: 'request' | 'sync' | 'waitForTaskToken';
  /** Through the SDK as it is, rather than by an integration of its own. */
  readonly sdk: boolean;
}

const FORM = /^arn:aws:states:::(aws-sdk:)?([a-z0-9]+):([A-Za-z0-9]+)(?:\.(sync|waitForTaskToken|sync:2))?$/;

/** Undefined for what is no service integration: an activity, a function's own ARN. */
export function parseResource(arn: string): Resource | undefined {
  const [, sdk, service, action, pattern = 'request'] = FORM.exec(arn) ?? [];
  if (!service || !action || pattern === 'sync:2') return undefined;
  return { service, action, pattern: pattern as Resource['pattern'], sdk: sdk !== undefined };
}

/** Name of the operation that an action calls. */
export const operationOf = ({ action }: Pick<Resource, 'action'>): string => action[0]!.toUpperCase() + action.slice(1);
