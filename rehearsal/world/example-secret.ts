import { randomBytes } from 'node:crypto';

/** The eleven parameters of a stage's secret, as a person would have filled them in. */
export interface ExampleSecret {
  readonly tenant: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly app_definition_id: string;
  readonly user_bucket: string;
  readonly pkg_prefix: string;
  readonly pkg_key: string;
  readonly log_level: string;
  readonly enable_webhook_verification: string;
  readonly webhook_allow_list: string;
  readonly ecr_repository_name: string;
}

/**
 * Credentials are made of the word example and differ from stage to stage and from rehearsal to rehearsal: one that turns up in a log or in a
 * report can only have leaked in this run, and from this stage.
 * @param stage kebab case
 */
export function exampleSecret(stage: string, bucketName: string): ExampleSecret {
  const unique = (kind: string) => `example-${stage}-${kind}-${randomBytes(8).toString('hex')}`;
  return {
    tenant: `example-${stage}`,
    client_id: unique('client'),
    client_secret: unique('client-secret'),
    app_definition_id: `appdef_${unique('app').replaceAll('-', '')}`,
    user_bucket: bucketName,
    pkg_prefix: 'benchling',
    pkg_key: 'experiment_id',
    log_level: 'INFO',
    enable_webhook_verification: 'true',
    webhook_allow_list: '',
    ecr_repository_name: 'quiltdata/benchling',
  };
}

/** What must not be seen outside the secret: its secret-class values, and the pair as it travels in a header. */
export function credentialsIn({ client_id, client_secret, app_definition_id }: ExampleSecret): string[] {
  return [client_id, client_secret, app_definition_id, Buffer.from(`${client_id}:${client_secret}`).toString('base64')];
}
