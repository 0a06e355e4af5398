import { createHash } from 'node:crypto';

/**
 * Alias of a stage's sample key: `alias/release-sample/<first 32 hex digits of sha256 of the secret's name>`. The service finds the key
 * by the one name it knows, so that no third environment variable appears; hashed, because aliases cannot hold what secret names can.
 */
export const sampleKeyAlias = (secretName: string) =>
  `alias/release-sample/${createHash('sha256').update(secretName).digest('hex').slice(0, 32)}`;
