import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  DisabledException,
  InvalidCiphertextException,
  InvalidKeyUsageException,
  type KeySpec,
  type KeyUsageType,
  KMSInvalidStateException,
  KMSServiceException,
} from '@aws-sdk/client-kms';
import { saying } from '../sdk-words.ts';
import { P256Key } from './ecdsa.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface KeySettings {
  readonly spec: KeySpec;
  readonly usage: KeyUsageType;
  description: string;
}

/** One KMS key: P-256 for signing, or AES-256 for everything else. */
export class Key {
  readonly id: string;
  readonly arn: string;
  readonly created: Date;
  readonly settings: KeySettings;
  enabled = true;
  /** Set while it waits to be deleted. */
  deletion?: Date;
  readonly #signing?: P256Key;
  readonly #secret?: Buffer;

  constructor(id: string, arn: string, created: Date, settings: KeySettings) {
    this.id = id;
    this.arn = arn;
    this.created = created;
    this.settings = settings;
    if (settings.spec === 'ECC_NIST_P256' && settings.usage === 'SIGN_VERIFY') this.#signing = new P256Key();
    else if (settings.spec === 'SYMMETRIC_DEFAULT' && settings.usage === 'ENCRYPT_DECRYPT') this.#secret = randomBytes(32);
    else {
      const message = `KeySpec ${settings.spec} for KeyUsage ${settings.usage} is not supported by this stand-in.`;
      throw new KMSServiceException({ name: 'ValidationException', $fault: 'client', ...saying(message) });
    }
  }

  get state(): 'Enabled' | 'Disabled' | 'PendingDeletion' {
    return this.deletion ? 'PendingDeletion' : this.enabled ? 'Enabled' : 'Disabled';
  }

  usable(): this {
    if (this.state === 'PendingDeletion') throw new KMSInvalidStateException(saying(`${this.arn} is pending deletion.`));
    if (this.state === 'Disabled') throw new DisabledException(saying(`${this.arn} is disabled.`));
    return this;
  }

  /** Throws when the key is not for signing. */
  signing(operation: string): P256Key {
    return this.usable().#signing ?? this.#misused(operation);
  }

  encrypt(plaintext: Uint8Array, context: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#symmetric('Encrypt'), iv).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    // The blob names its key: Decrypt is called without one.
    return Buffer.concat([Buffer.from(this.id), iv, cipher.getAuthTag(), sealed]);
  }

  decrypt(blob: Uint8Array, context: string): Buffer {
    const sealed = Buffer.from(blob).subarray(this.id.length);
    const [iv, tag] = [sealed.subarray(0, IV_BYTES), sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)];
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#symmetric('Decrypt'), iv).setAAD(Buffer.from(context)).setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      if (cause instanceof KMSServiceException) throw cause;
      throw new InvalidCiphertextException({ $metadata: {} } as never);
    }
  }

  #symmetric(operation: string): Buffer {
    return this.usable().#secret ?? this.#misused(operation);
  }

  #misused(operation: string): never {
    throw new InvalidKeyUsageException(saying(`${this.arn} key usage is ${this.settings.usage} which is not valid for ${operation}.`));
  }
}
