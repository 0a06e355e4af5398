import * as z from 'zod';
import { Foundation } from '../contract/deployment.ts';
import type { Stacks } from '../contract/ports.ts';
import type { Stage } from '../contract/stage.ts';

/** What the stage's foundation exports. Throws when the stack is absent or lacks an output: people deploy it, not releases. */
export async function readFoundation(stage: Stage, stacks: Pick<Stacks, 'describe'>): Promise<Foundation> {
  const next = `Next: npx cdk deploy ${stage.foundationStack}`;
  const view = await stacks.describe(stage.foundationStack);
  if (!view) throw new Error(`There is no stack ${stage.foundationStack}. ${next}`);
  // Other outputs are CDK's own exports to the Service stack.
  const ours = Object.fromEntries(Object.keys(Foundation.shape).map((key) => [key, view.outputs[key]]));
  const foundation = Foundation.safeParse(ours);
  if (!foundation.success)
    throw new Error(`The outputs of ${stage.foundationStack} do not fit: ${z.prettifyError(foundation.error)}. ${next}`);
  return foundation.data;
}
