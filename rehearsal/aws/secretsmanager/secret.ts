import { randomUUID } from 'node:crypto';
import { InvalidRequestException, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { saying } from '../sdk-words.ts';

export interface SecretContent {
  readonly SecretString?: string;
  readonly SecretBinary?: Uint8Array;
}

export interface SecretVersion extends SecretContent {
  readonly id: string;
  readonly created: Date;
  readonly stages: Set<string>;
}

/** One secret and its versions. A staging label is on one version at a time. */
export class Secret {
  readonly arn: string;
  readonly name: string;
  readonly created: Date;
  readonly tags: { Key?: string; Value?: string }[];
  description?: string;
  /** ARN of the customer's key; undefined: the service's own. */
  kmsKeyArn?: string;
  changed: Date;
  /** Set while it waits to be deleted. */
  deleted?: Date;
  readonly #versions = new Map<string, SecretVersion>();

  constructor(arn: string, name: string, created: Date, tags: Secret['tags'] = []) {
    this.arn = arn;
    this.name = name;
    this.created = created;
    this.changed = created;
    this.tags = tags;
  }

  /** A new version takes the labels; without other instructions it becomes AWSCURRENT and the old one AWSPREVIOUS. */
  put(content: SecretContent, now: Date, id: string = randomUUID(), stages: readonly string[] = ['AWSCURRENT']): SecretVersion {
    const version = { id, created: now, stages: new Set<string>(), ...content };
    this.#versions.set(id, version);
    for (const stage of stages) this.#label(stage, version);
    this.changed = now;
    return version;
  }

  version({ VersionId, VersionStage }: { VersionId?: string; VersionStage?: string } = {}): SecretVersion {
    const stage = VersionStage ?? (VersionId ? undefined : 'AWSCURRENT');
    const found = [...this.#versions.values()].find(
      (version) => (!VersionId || version.id === VersionId) && (!stage || version.stages.has(stage)),
    );
    if (found) return found;
    const asked = stage ? `staging label: ${stage}` : `VersionId: ${VersionId}`;
    throw new ResourceNotFoundException(saying(`Secrets Manager can't find the specified secret value for ${asked}`));
  }

  /** Oldest first, those without a label too. */
  all(): SecretVersion[] {
    return [...this.#versions.values()];
  }

  /** Version id → its labels, of the versions that have any. */
  stages(): Record<string, string[]> {
    return Object.fromEntries(
      [...this.#versions.values()].filter(({ stages }) => stages.size > 0).map(({ id, stages }) => [id, [...stages]]),
    );
  }

  usable(): this {
    if (!this.deleted) return this;
    throw new InvalidRequestException(saying("You can't perform this operation on the secret because it was marked for deletion."));
  }

  #label(stage: string, version: SecretVersion): void {
    for (const other of this.#versions.values()) {
      if (other === version || !other.stages.delete(stage)) continue;
      if (stage === 'AWSCURRENT') this.#label('AWSPREVIOUS', other);
    }
    version.stages.add(stage);
  }
}
