/** Judges the secret and the Quilt stack of every stage. In: release, stages. Out: configs. Fails: Secret…, CredentialsRejected, QuiltOutputMissing. Safe to repeat. */
import { logged } from './clients/logged.ts';
import { secretReader } from './clients/secret-reader.ts';
import { stacks } from './clients/stacks.ts';
import { tokenEndpoint } from './clients/token-endpoint.ts';
import { entry } from './contract/entry.ts';
import { validateSecret } from './validate-secret.ts';

const ports = { secrets: secretReader, stacks, tokens: tokenEndpoint };

export const handler = logged(
  'ValidateSecret',
  entry('ValidateSecret', (input) => validateSecret(input, ports)),
);
