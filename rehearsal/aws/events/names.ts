/** Name or ARN of a bus → its name. */
export const busName = (nameOrArn: string | undefined): string => nameOrArn?.split('event-bus/').at(-1) || 'default';

/** CloudFormation's physical id of a rule: its name, with the bus before it when that is not the default one. */
export const ruleKey = (bus: string, name: string): string => (bus === 'default' ? name : `${bus}|${name}`);
