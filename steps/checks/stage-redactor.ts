import type { SecretReader } from '../contract/ports.ts';
import type { RecordedStage } from '../contract/recording.ts';
import { createRedactor, type Redact } from './redact.ts';
import { secretValues } from './secret-values.ts';

/** What nothing of a stage is kept without. A secret that cannot be read leaves the shapes of secrets to go by: keeping nothing would be worse. */
export async function stageRedactor(
  { name, secretName, serviceStack, foundationStack }: RecordedStage,
  secrets: SecretReader,
): Promise<{ redact: Redact; redaction: 'values-and-patterns' | 'patterns' }> {
  try {
    const { text } = await secrets.read(secretName);
    return {
      redact: createRedactor(secretValues(text, [secretName, serviceStack, foundationStack, name])),
      redaction: 'values-and-patterns',
    };
  } catch {
    return { redact: createRedactor(), redaction: 'patterns' };
  }
}
