/** A secret that passes, in the canonical spelling. Values are made of the word example. */
export function exampleSecret(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    tenant: 'example-tenant',
    client_id: 'example-client-id',
    client_secret: 'example-client-secret',
    app_definition_id: 'appdef_example1',
    user_bucket: 'example-bucket',
    ...changes,
  };
}

export const exampleStackArn = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/example-quilt/00000000-0000-4000-8000-000000000001';

export const exampleOutputs: Record<string, string> = {
  UserAthenaDatabaseName: 'example_database',
  PackagerQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/example-packager',
  QuiltWebHost: 'https://catalog.example.com/',
};
