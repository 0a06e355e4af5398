import type { ChangeSet } from './change-set.ts';
import { changeSetNotFound, validationError } from './errors.ts';
import type { Stack } from './stack.ts';

/** Every stack of the account, the deleted ones by their id only. */
export class Stacks {
  readonly #byId = new Map<string, Stack>();

  add(stack: Stack): void {
    this.#byId.set(stack.id, stack);
  }

  /** Oldest first, the deleted ones too. */
  all(): Stack[] {
    return [...this.#byId.values()];
  }

  live(): Stack[] {
    return this.all().filter(({ status }) => status !== 'DELETE_COMPLETE');
  }

  /** By name or id. */
  find(nameOrId: string): Stack | undefined {
    return this.#byId.get(nameOrId) ?? this.live().find(({ name }) => name === nameOrId);
  }

  /** Throws ValidationError. @param refusal AWS words the same thing differently from operation to operation */
  get(nameOrId: string | undefined, refusal: (name: string) => string = (name) => `Stack [${name}] does not exist`): Stack {
    const stack = nameOrId === undefined ? undefined : this.find(nameOrId);
    if (!stack) throw validationError(refusal(nameOrId ?? ''));
    return stack;
  }

  /** The stack that has a physical resource. */
  owning(physicalId: string): Stack | undefined {
    return this.live().find((stack) => stack.liveResources().some((resource) => resource.physicalId === physicalId));
  }

  changeSetById(id: string): ChangeSet | undefined {
    return this.live()
      .flatMap(({ changeSets }) => [...changeSets.values()])
      .find((each) => each.id === id);
  }

  /** By ARN, or by name with the stack's name or id. Throws ValidationError or ChangeSetNotFoundException. */
  changeSet(name = '', stackName: string | undefined): ChangeSet {
    const byId = name.startsWith('arn:');
    if (!byId && stackName === undefined) {
      throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
    }
    const found = byId ? this.changeSetById(name) : this.get(stackName).changeSets.get(name);
    if (!found) throw changeSetNotFound(name);
    return found;
  }
}
