/**
 * Judges the secret and the Quilt stack of every stage, by the clock. In: stages. Out: what is wrong, keys by name and no value. Fails: when
 * AWS or Benchling does not answer. Safe to repeat: it only looks.
 */
import { checkSecrets } from './check-secrets.ts';
import { logged } from './clients/logged.ts';
import { measures } from './clients/measures.ts';
import { secretReader as secrets } from './clients/secret-reader.ts';
import { stacks } from './clients/stacks.ts';
import { tokenEndpoint as tokens } from './clients/token-endpoint.ts';
import { SecretsToCheck } from './contract/schedule.ts';

const ports = { secrets, stacks, tokens, measures };

export const handler = logged('CheckSecrets', (event: unknown) => checkSecrets(SecretsToCheck.parse(event), ports));
