import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { Source } from '../steps/contract/source.ts';
import { Stage } from '../steps/contract/stage.ts';
import { UsageError } from './exit-codes.ts';

export const projectRoot = fileURLToPath(new URL('..', import.meta.url));
/** Left by a running rehearsal, so that other commands and the AWS CLI can join it. */
export const endpointFile = join(projectRoot, '.local', 'endpoint.json');

/** The stores of an installed pipeline, by the outputs of its machine stack. */
export interface Pipeline {
  readonly stateMachineArn: string;
  readonly table: string;
  readonly bucket: string;
  /** Name of the repository whose tags are released. */
  readonly repository: string;
  /** The host that holds it. */
  readonly source: Source;
  readonly stages: readonly Stage[];
  /** ARN of the function that starts releases. Throws UsageError when the stack is older than this output. */
  readonly starter: () => string;
  /** Where people decide. Throws as `starter` does. */
  readonly approvalUrl: () => string;
}

/** What a rehearsal leaves for others to join it: variables of the operator, and those in which the approver's differ. */
interface Joined {
  readonly pid: number;
  readonly environment: Record<string, string>;
  readonly approver: Record<string, string>;
}

/** The table of stages holds what only CDK needs, too. */
const Stages = z.array(z.object(Stage.shape));

/**
 * Points this process to the running rehearsal, or leaves it to the AWS configuration of the shell. Must come before the first AWS client
 * is made: clients are imported after it.
 * @param as whom, in a rehearsal: there the operator, who pushes, is not the one who approves. @default operator
 */
export function connect(as: 'operator' | 'approver' = 'operator'): void {
  const rehearsal = runningRehearsal(as);
  if (rehearsal) Object.assign(process.env, rehearsal);
  else if (nothingToTalkTo()) {
    throw new UsageError(
      'No rehearsal is running here and AWS_REGION is not set. Next: npm start -- --keep, or set AWS_REGION and AWS credentials.',
    );
  } else process.env['AWS_REGION'] ??= process.env['AWS_DEFAULT_REGION'];
}

/** No rehearsal runs here, and the shell names no region of AWS. */
export const nothingToTalkTo = () => !process.env['AWS_REGION'] && !process.env['AWS_DEFAULT_REGION'] && !runningRehearsal();

/** Reads where things are from the stack that people deployed. */
export async function findPipeline(): Promise<Pipeline> {
  const { stacks } = await import('../steps/clients/stacks.ts');
  const stack = await stacks.describe('ReleaseMachine');
  if (!stack)
    throw new UsageError('There is no stack ReleaseMachine in this account and region. Next: npx cdk deploy, or check AWS_REGION.');
  const output = (name: string) => {
    const value = stack.outputs[name];
    if (value === undefined)
      throw new UsageError(
        `The stack ReleaseMachine has no output ${name}: it is older than this command. Next: npx cdk deploy ReleaseMachine`,
      );
    return value;
  };
  return {
    stateMachineArn: output('StateMachineArn'),
    table: output('ReleaseTable'),
    bucket: output('DiagnosticsBucket'),
    repository: output('Repository'),
    source: Source.parse(JSON.parse(stack.outputs['Source'] ?? JSON.stringify({ host: 'codecommit', repository: output('Repository') }))),
    stages: Stages.parse(JSON.parse(output('Stages'))),
    starter: () => output('StartFunction'),
    approvalUrl: () => output('ApprovalUrl'),
  };
}

function runningRehearsal(as: 'operator' | 'approver' = 'operator'): Record<string, string> | undefined {
  if (!existsSync(endpointFile)) return undefined;
  const { pid, environment, approver } = JSON.parse(readFileSync(endpointFile, 'utf8')) as Joined;
  try {
    process.kill(pid, 0);
    return as === 'approver' ? { ...environment, ...approver } : environment;
  } catch {
    // Its process is gone: a rehearsal that was killed leaves the file behind.
    return undefined;
  }
}
