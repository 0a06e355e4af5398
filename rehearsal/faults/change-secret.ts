import type { FaultContext } from './fault.ts';

/** Puts another text in place of a stage's secret, as a person at the console would. It is put back with every secret. */
export function changeSecret(
  { cloud, stage }: Pick<FaultContext, 'cloud' | 'stage'>,
  change: (secret: Record<string, unknown>) => object,
): void {
  const secret = JSON.parse(cloud.secretsmanager.read(stage.secretName).text) as Record<string, unknown>;
  cloud.secretsmanager.put(stage.secretName, JSON.stringify(change(secret)));
}

/** The secret without the key of the first night. */
export const withoutAppDefinition = ({ app_definition_id: _, ...rest }: Record<string, unknown>): object => rest;
