import { randomUUID } from 'node:crypto';
import type { ResourceStatus } from '@aws-sdk/client-cloudformation';
import type { Properties, Provisioned, Provisioner, Provisioning } from '../kernel.ts';
import { AccessDenied } from '../wire/errors.ts';
import { type Engine, provisionerOf } from './engine.ts';
import { messageOf } from './errors.ts';
import type { Operation } from './operation.ts';
import { checkTrust } from './role-trust.ts';
import type { Resource, Stack } from './stack.ts';
import { tagging } from './tagging.ts';

/** What a resource is to become. */
export type Wanted = Pick<Resource, 'logicalId' | 'type' | 'properties' | 'definition' | 'dependsOn'>;

type Verb = 'create' | 'update' | 'delete' | 'rollback';

const REPLACING = 'Requested update requires the creation of a new physical resource; hence creating one.';

/** One provisioner call, as the role allows it and the faults let it. */
async function act<Result>(
  engine: Engine,
  stack: Stack,
  verb: Verb,
  { logicalId, type, properties }: Wanted,
  call: (provisioner: Provisioner, at: Provisioning) => Result | Promise<Result>,
): Promise<Result> {
  const { world, iam, provisioners } = engine;
  const operation = stack.operation!;
  const { signal } = operation;
  const at: Provisioning = { stackName: stack.name, stackId: stack.id, logicalId, signal, tags: stack.goal?.tags ?? {} };
  const provisioner = provisionerOf({ provisioners }, type);
  const own = provisioner.permissions?.(verb === 'rollback' ? 'update' : verb, properties, at) ?? [];
  for (const permission of [...own, ...(verb === 'delete' ? [] : tagging(type, at.tags, own))]) {
    await iam.authorize(operation.principal, permission);
  }
  if (verb !== 'delete') await checkTrust(engine, type, properties);
  const fault = await unlessAborted(world.hooks.resource?.(at, verb, type), signal);
  if (fault !== undefined) throw new Error(fault);
  signal.throwIfAborted();
  return call(provisioner, at);
}

/** A fault that hangs can still be cancelled. */
async function unlessAborted<Result>(work: Result | Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', abort));
}

/** Why a resource failed, as ResourceStatusReason tells it. */
function reasonOf(error: unknown, { signal }: Pick<Operation, 'signal'>, doing: 'creation' | 'update'): string {
  if (signal.aborted) return `Resource ${doing} cancelled`;
  if (error instanceof AccessDenied) {
    return `Resource handler returned message: "${error.message}" (RequestToken: ${randomUUID()}, HandlerErrorCode: AccessDenied)`;
  }
  return messageOf(error);
}

const record = (wanted: Wanted, status: ResourceStatus, physicalId?: string, more: Partial<Resource> = {}): Resource => ({
  attributes: {},
  ...wanted,
  physicalId,
  status,
  reason: undefined,
  changedAt: new Date(),
  rollbackFailed: undefined,
  actual: undefined,
  ...more,
});

/** Creates, or with `previous` replaces: the old one is deleted only when the whole update has succeeded. Rejects when it failed. */
export async function createResource(engine: Engine, stack: Stack, wanted: Wanted, previous?: Resource): Promise<void> {
  const word = previous ? 'UPDATE' : 'CREATE';
  // A deletion of the stack may take over meanwhile: this creation still belongs to the operation that began it.
  const operation = stack.operation!;
  const say = (resource: Resource) => engine.log.resource(stack, stack.put(resource));
  let physicalId: string | undefined;
  const initiated = (id: string) => {
    if (physicalId !== undefined) return;
    physicalId = id;
    say(record(wanted, `${word}_IN_PROGRESS`, id, { reason: 'Resource creation Initiated' }));
  };
  say(
    record(wanted, `${word}_IN_PROGRESS`, previous?.physicalId, { attributes: previous?.attributes ?? {}, reason: previous && REPLACING }),
  );
  try {
    const made = await act(engine, stack, 'create', wanted, (provisioner, at) =>
      provisioner.create(wanted.properties, { ...at, initiated }),
    );
    initiated(made.physicalId);
    if (previous) stack.superseded.push(previous);
    say(record(wanted, `${word}_COMPLETE`, made.physicalId, { attributes: made.attributes ?? {} }));
  } catch (error) {
    physicalId ??= (error as { physicalId?: string }).physicalId;
    const reason = reasonOf(error, operation, previous ? 'update' : 'creation');
    const failed = record(wanted, `${word}_FAILED`, physicalId, { reason });
    // A half-made replacement is deleted with what the cleanup deletes; the stack keeps the old one.
    if (previous && physicalId !== undefined) stack.superseded.push(failed);
    say(previous ? { ...previous, status: 'UPDATE_FAILED', reason, changedAt: new Date() } : failed);
    throw error;
  }
}

/** Changes in place. @param back to what it was: then a failure is one that `ContinueUpdateRollback` may skip. Rejects when it failed. */
export async function updateResource(engine: Engine, stack: Stack, was: Resource, wanted: Wanted, back = false): Promise<void> {
  const say = (resource: Resource) => engine.log.resource(stack, stack.put(resource));
  const same = { attributes: was.attributes };
  const operation = stack.operation!;
  say(record(wanted, 'UPDATE_IN_PROGRESS', was.physicalId, same));
  try {
    const made = await act(engine, stack, back ? 'rollback' : 'update', wanted, (provisioner, at) =>
      change(provisioner, was, wanted.properties, at),
    );
    say(record(wanted, 'UPDATE_COMPLETE', made.physicalId, { attributes: made.attributes ?? was.attributes }));
  } catch (error) {
    // A failed way back leaves what the way there has made of it.
    const left = back ? { ...was, dependsOn: wanted.dependsOn } : wanted;
    const rollbackFailed = back && !operation.signal.aborted;
    say(record(left, 'UPDATE_FAILED', was.physicalId, { ...same, reason: reasonOf(error, operation, 'update'), rollbackFailed }));
    throw error;
  }
}

const change = (provisioner: Provisioner, was: Resource, properties: Properties, at: Provisioning): Provisioned | Promise<Provisioned> =>
  provisioner.update?.(was.physicalId!, properties, was.properties, at) ?? { physicalId: was.physicalId!, attributes: was.attributes };

/** Restores quietly what an update has failed to change: with DisableRollback AWS still returns the failed resource itself. */
export async function restoreQuietly(engine: Engine, stack: Stack, was: Resource, failed: Resource): Promise<void> {
  try {
    await act(engine, stack, 'rollback', was, (provisioner, at) => change(provisioner, failed, was.properties, at));
    stack.put({ ...was, status: failed.status, reason: failed.reason, changedAt: failed.changedAt });
  } catch (error) {
    // It stays as the failed update left it, so that RollbackStack tries again.
    engine.world.log(`cloudformation: ${stack.name}: ${was.logicalId} could not be returned to its last state: ${messageOf(error)}`);
  }
}

/** Deletes a physical resource. What never came to exist is gone without a call. Rejects when it failed. */
export async function deleteResource(engine: Engine, stack: Stack, resource: Resource, note: (after: Resource) => void): Promise<void> {
  const say = (status: ResourceStatus, reason?: string) => {
    const after = { ...resource, status, reason, changedAt: new Date() };
    engine.log.resource(stack, after);
    note(after);
  };
  if (resource.physicalId === undefined) return say('DELETE_COMPLETE');
  say('DELETE_IN_PROGRESS');
  try {
    await act(engine, stack, 'delete', resource, (provisioner, at) => provisioner.remove?.(resource.physicalId!, resource.properties, at));
    say('DELETE_COMPLETE');
  } catch (error) {
    say('DELETE_FAILED', reasonOf(error, stack.operation!, 'update'));
    throw error;
  }
}

/** Leaves a physical resource behind, as its policy wants it. */
export function skipResource(engine: Engine, stack: Stack, resource: Resource, note: (after: Resource) => void): void {
  const after: Resource = { ...resource, status: 'DELETE_SKIPPED', reason: undefined, changedAt: new Date() };
  engine.log.resource(stack, after);
  note(after);
}
