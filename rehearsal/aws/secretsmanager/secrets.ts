import { ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import type { Permission, World } from '../kernel.ts';
import { randomSuffix } from '../physical-names.ts';
import { saying } from '../sdk-words.ts';
import { Secret } from './secret.ts';

/** All secrets of the account. */
export class Secrets {
  readonly #world: World;
  readonly #secrets = new Map<string, Secret>();

  constructor(world: World) {
    this.#world = world;
  }

  create(name: string, tags?: Secret['tags']): Secret {
    const secret = new Secret(this.#arn(name, randomSuffix(6)), name, this.#world.clock.now(), tags);
    this.#secrets.set(name, secret);
    return secret;
  }

  /** By name, ARN, or ARN without the six characters at its end. */
  find(id: string): Secret | undefined {
    return [...this.#secrets.values()].find(({ name, arn }) => id === name || id === arn || id === arn.slice(0, -7));
  }

  get(id: string): Secret {
    const secret = this.find(id);
    if (!secret) throw new ResourceNotFoundException(saying("Secrets Manager can't find the specified secret."));
    return secret;
  }

  remove({ name }: Secret): void {
    this.#secrets.delete(name);
  }

  /** What reading needs, reading by `id` or not. A secret that does not exist is still judged by the name it would have. */
  permissions(id: string, ...actions: readonly string[]): Permission[] {
    const secret = this.find(id);
    const resource = secret?.arn ?? (id.startsWith('arn:') ? id : this.#arn(id, 'AAAAAA'));
    const tags = secret?.tags.map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value ?? '']) ?? [];
    const context = { 'secretsmanager:SecretId': resource, ...Object.fromEntries(tags) };
    const key = secret?.kmsKeyArn?.startsWith('arn:') ? secret.kmsKeyArn : undefined;
    const kms = (action: string): Permission[] => (key ? [{ action, resource: key }] : []);
    return actions.flatMap((action) => [
      { action: `secretsmanager:${action}`, resource, context },
      ...(action === 'GetSecretValue' ? kms('kms:Decrypt') : []),
      ...(action === 'PutSecretValue' ? kms('kms:GenerateDataKey') : []),
    ]);
  }

  #arn(name: string, suffix: string): string {
    return `arn:aws:secretsmanager:${this.#world.region}:${this.#world.account}:secret:${name}-${suffix}`;
  }
}
