import type { World } from '../kernel.ts';
import { parse } from './functions.ts';

/** A failure of a resource as CloudFormation words it. */
export const failed = (message: string, code = 'InvalidRequest') =>
  new Error(`Resource handler returned message: "${message} (Service: Lambda, Status Code: 400)" (HandlerErrorCode: ${code})`);

/** ARN of a function that CloudFormation is about to touch, with a wildcard for a name that it has yet to make up. */
export const arnOf = ({ partition, region, account }: World, reference: string): string =>
  `arn:${partition}:lambda:${region}:${account}:function:${parse(reference).name || reference}`;
