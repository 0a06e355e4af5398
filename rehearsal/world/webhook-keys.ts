import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';

interface Key {
  readonly id: string;
  readonly private: KeyObject;
  readonly public: KeyObject;
}

/** The headers by which a receiver knows that a webhook is Benchling's. */
export interface WebhookHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/** The keys that Benchling signs an app's webhooks with. */
export class WebhookKeys {
  #keys: Key[] = [newKey()];

  /** RFC 7517 key set of the public halves, newest first. */
  jwks(): { keys: object[] } {
    return { keys: this.#keys.map((key) => ({ ...key.public.export({ format: 'jwk' }), kid: key.id, alg: 'ES256', use: 'sig' })) };
  }

  /** Signs from now on with a new key. @param keep whether the old keys stay in the set */
  rotate(keep = true): void {
    this.#keys = [newKey(), ...(keep ? this.#keys : [])];
  }

  /**
   * Signs `{id}.{timestamp}.{body}`: ECDSA P-256, SHA-256, DER.
   * @param timestamp Unix seconds. @default now
   */
  sign(body: string, { id = `msg_${randomUUID()}`, timestamp = Math.floor(Date.now() / 1000) } = {}): WebhookHeaders {
    const [{ private: key }] = this.#keys as [Key];
    const signature = sign('sha256', Buffer.from(`${id}.${timestamp}.${body}`), { key, dsaEncoding: 'der' });
    return {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1bder,${signature.toString('base64')}`,
    };
  }
}

function newKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { id: randomUUID(), private: privateKey, public: publicKey };
}
