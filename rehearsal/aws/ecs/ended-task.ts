import type { World } from '../kernel.ts';
import type { EcsCollaborators } from './collaborators.ts';
import { Task, type TaskRequest } from './task.ts';
import { stopped } from './words.ts';

/** A task that ran and ended before anybody looked: ECS describes it for an hour. It runs nothing here. */
export class EndedTask extends Task {
  constructor(arn: string, request: TaskRequest, world: World, collaborators: EcsCollaborators, exitCode: number) {
    super(arn, request, world, collaborators);
    const now = new Date();
    this.lastStatus = 'STOPPED';
    this.desiredStatus = 'STOPPED';
    this.stopCode = 'EssentialContainerExited';
    this.stoppedReason = stopped.essentialExited;
    this.exit = { exitCode };
    this.times = { startedAt: now, stoppingAt: now, executionStoppedAt: now, stoppedAt: now };
  }

  protected override async live(): Promise<void> {}
}
