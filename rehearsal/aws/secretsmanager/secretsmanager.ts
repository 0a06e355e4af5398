import * as sdk from '@aws-sdk/client-secrets-manager';
import type { Permission, Provisioners, Service, World } from '../kernel.ts';
import { protocolOnly } from '../sdk-words.ts';
import { secretHandlers } from './handlers.ts';
import { Secrets } from './secrets.ts';

/** Secrets with versions and staging labels. No provisioner: secrets belong to people, not to stacks. */
export class SecretsManager {
  readonly service: Service;
  readonly provisioners: Provisioners = {};
  readonly #world: World;
  readonly #secrets: Secrets;

  constructor(world: World) {
    this.#world = world;
    this.#secrets = new Secrets(world);
    const handlers = secretHandlers(world, this.#secrets);
    const asks = (action: string) => (input: { SecretId?: string; Name?: string }) =>
      this.#secrets.permissions((input.SecretId ?? input.Name)!, action);
    this.service = {
      signingName: 'secretsmanager',
      sdk,
      client: new sdk.SecretsManagerClient(protocolOnly),
      handlers,
      permissions: Object.fromEntries(Object.keys(handlers).map((name) => [name, asks(name)])),
    };
  }

  /** Fills a secret, creating it when there is none, as a person at the console would. @returns its ARN */
  put(name: string, value: string): string {
    const secret = this.#secrets.find(name) ?? this.#secrets.create(name);
    secret.put({ SecretString: value }, this.#world.clock.now());
    return secret.arn;
  }

  /** Puts a secret without any value in its place, as a template does that leaves the filling to people. */
  empty(name: string): void {
    this.remove(name);
    this.#secrets.create(name);
  }

  /**
   * Encrypts a secret with a customer's key: who reads it must be allowed to decrypt by that key.
   * @returns what puts the key back that it had
   */
  encrypt(name: string, kmsKeyArn: string): () => void {
    const secret = this.#secrets.get(name);
    const before = secret.kmsKeyArn;
    secret.kmsKeyArn = kmsKeyArn;
    return () => {
      secret.kmsKeyArn = before;
    };
  }

  /** Deletes a secret for good, when there is one. */
  remove(name: string): void {
    const secret = this.#secrets.find(name);
    if (secret) this.#secrets.remove(secret);
  }

  /** The secret's text, for services that read on behalf of a role. Throws the SDK's exceptions. */
  read(id: string, version: { VersionId?: string; VersionStage?: string } = {}): { arn: string; text: string } {
    const secret = this.#secrets.get(id).usable();
    return { arn: secret.arn, text: secret.version(version).SecretString ?? '' };
  }

  /** As `read`, for callers to whom absence is an answer. */
  current(id: string, versionStage = 'AWSCURRENT'): string | undefined {
    const secret = this.#secrets.find(id);
    if (!secret || secret.deleted) return undefined;
    const filled = Object.values(secret.stages()).some((stages) => stages.includes(versionStage));
    return filled ? secret.version({ VersionStage: versionStage }).SecretString : undefined;
  }

  /** What a role must be allowed before `read`. */
  readPermissions(id: string): Permission[] {
    return this.#secrets.permissions(id, 'GetSecretValue');
  }
}
