import { randomUUID } from 'node:crypto';
import { AlreadyExistsException, NotFoundException } from '@aws-sdk/client-kms';
import type { Iam } from '../iam/iam.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import type { Permission, World } from '../kernel.ts';
import { saying } from '../sdk-words.ts';
import { Key, type KeySettings } from './key.ts';

/** Keys and their aliases. */
export class Keys {
  readonly #world: World;
  readonly #iam: Iam;
  readonly #keys = new Map<string, Key>();
  /** `alias/name` → key id. */
  readonly #aliases = new Map<string, string>();

  constructor(world: World, iam: Iam) {
    this.#world = world;
    this.#iam = iam;
  }

  create(settings: KeySettings, policy?: PolicyDocument): Key {
    const id = randomUUID();
    const key = new Key(id, this.arn(`key/${id}`), this.#world.clock.now(), settings);
    this.#keys.set(id, key);
    this.setPolicy(key, policy);
    return key;
  }

  /** Without a policy of its own a key leaves the decision to the account's IAM policies. */
  setPolicy(key: Key, policy: PolicyDocument | undefined): void {
    const root = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${this.#world.account}:root` },
      Action: 'kms:*',
      Resource: '*',
    } as const;
    this.#iam.setResourcePolicy(key.arn, policy ?? { Version: '2012-10-17', Statement: [root] });
  }

  /** By id, ARN, alias name or alias ARN. */
  get(id: string): Key {
    const alias = aliasOf(id);
    const keyId = alias === undefined ? id.split(':key/').at(-1)! : this.#aliases.get(alias);
    if (keyId === undefined) throw new NotFoundException(saying(`Alias ${this.arn(alias!)} is not found.`));
    const key = this.#keys.get(keyId);
    if (!key) throw new NotFoundException(saying(`Key '${id.startsWith('arn:') ? id : this.arn(`key/${id}`)}' does not exist`));
    return key;
  }

  /** The key that a ciphertext names. */
  ofBlob(blob: Uint8Array): Key | undefined {
    return this.#keys.get(Buffer.from(blob.subarray(0, 36)).toString());
  }

  putAlias(name: string, keyId: string, replace = false): void {
    if (!/^alias\/[A-Za-z0-9/_-]+$/.test(name) || name.startsWith('alias/aws/')) throw new Error(`Invalid alias name: ${name}`);
    if (this.#aliases.has(name) && !replace)
      throw new AlreadyExistsException(saying(`An alias with the name ${this.arn(name)} already exists`));
    this.#aliases.set(name, this.get(keyId).id);
  }

  removeAlias(name: string): void {
    this.#aliases.delete(name);
  }

  /** Alias names, of one key or of all. */
  aliases(key?: Key): { name: string; keyId: string }[] {
    return [...this.#aliases].map(([name, keyId]) => ({ name, keyId })).filter(({ keyId }) => !key || keyId === key.id);
  }

  /** What an operation on a key needs. Policies may name the key or, by condition, its alias. */
  permission(action: string, id: string, context: Readonly<Record<string, string>> = {}): Permission {
    const key = this.get(id);
    const alias = aliasOf(id);
    return {
      action: `kms:${action}`,
      resource: key.arn,
      context: {
        'kms:ResourceAliases': this.aliases(key).map(({ name }) => name),
        ...(alias && { 'kms:RequestAlias': alias }),
        'kms:KeySpec': key.settings.spec,
        'kms:KeyUsage': key.settings.usage,
        ...context,
      },
    };
  }

  arn(rest: string): string {
    return `arn:aws:kms:${this.#world.region}:${this.#world.account}:${rest}`;
  }
}

/** `alias/x` or the ARN that ends in it → `alias/x`. */
const aliasOf = (id: string): string | undefined => /(?:^|:)(alias\/.+)$/.exec(id)?.[1];
