import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetInput,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { asPerson } from './as-person.ts';
import type { FaultContext } from './fault.ts';

const patienceMilliseconds = 60_000;
const lookMilliseconds = 100;

/** What a person does to a stage's Service stack, past the pipeline. */
export class StackByHand {
  readonly #client: CloudFormationClient;
  readonly #name: string;

  constructor(context: Pick<FaultContext, 'environment' | 'stage'>) {
    this.#client = new CloudFormationClient(asPerson(context));
    this.#name = context.stage.serviceStack;
  }

  /** Makes a change set and waits until it is computed, or has failed. @returns its ARN */
  async changeSet(
    input: Pick<CreateChangeSetInput, 'ChangeSetType' | 'TemplateBody' | 'UsePreviousTemplate' | 'Parameters'>,
  ): Promise<string> {
    const { Id } = await this.#client.send(
      new CreateChangeSetCommand({ StackName: this.#name, ChangeSetName: 'by-hand', Capabilities: ['CAPABILITY_IAM'], ...input }),
    );
    await until('the change set by hand', async () => {
      const { Status } = await this.#client.send(new DescribeChangeSetCommand({ ChangeSetName: Id }));
      return Status === 'CREATE_COMPLETE' || Status === 'FAILED';
    });
    return Id!;
  }

  async execute(changeSetArn: string): Promise<void> {
    await this.#client.send(new ExecuteChangeSetCommand({ ChangeSetName: changeSetArn, DisableRollback: false }));
  }

  async reaches(status: string): Promise<void> {
    await until(`${this.#name} to be ${status}`, async () => {
      const { Stacks } = await this.#client.send(new DescribeStacksCommand({ StackName: this.#name }));
      return Stacks?.[0]?.StackStatus === status;
    });
  }

  /** Begins to deploy an image that the registry does not hold. */
  async updateToNothing(): Promise<void> {
    const Parameters = [{ ParameterKey: 'ImageDigest', ParameterValue: `sha256:${'0'.repeat(64)}` }];
    await this.execute(await this.changeSet({ ChangeSetType: 'UPDATE', UsePreviousTemplate: true, Parameters }));
  }
}

async function until(what: string, seen: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patienceMilliseconds; !(await seen()); await sleep(lookMilliseconds)) {
    if (Date.now() > end) throw new Error(`waited for ${what} in vain`);
  }
}
