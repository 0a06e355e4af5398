import { SendTaskSuccessCommand, SFNClient, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import { defaults } from './defaults.ts';

const client = new SFNClient(defaults);

/** Wakes the state that waits for this token. `late` when it waits no more. What was decided stands in the table, not here. */
export async function wake(taskToken: string, output: unknown): Promise<'woken' | 'late'> {
  try {
    await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
    return 'woken';
  } catch (error) {
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist) return 'late';
    throw error;
  }
}
