import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Properties } from '../kernel.ts';

export interface Definition extends TaskDefinition {
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly revision: number;
  readonly containerDefinitions: [Container];
  status: 'ACTIVE' | 'INACTIVE';
  deregisteredAt?: Date;
}
export type Container = ContainerDefinition & { readonly name: string; readonly image: string };

/** Members that are maps: their keys are the user's and keep their case. */
const maps = new Set(['DockerLabels', 'Options', 'DriverOpts', 'Labels']);

/** A template writes `ContainerDefinitions`, the API `containerDefinitions`. */
export function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const members = Object.entries(value).map(([key, member]) => [
    key.charAt(0).toLowerCase() + key.slice(1),
    maps.has(key) ? member : camelCased(member),
  ]);
  return Object.fromEntries(members);
}

const unsupported: (keyof ContainerDefinition)[] = [
  'firelensConfiguration',
  'dependsOn',
  'volumesFrom',
  'environmentFiles',
  'repositoryCredentials',
  'links',
];

/** What makes a definition one that the rehearsal can run. @returns the refusals, by name */
export function refusals(definition: Partial<TaskDefinition>): string[] {
  const containers = definition.containerDefinitions ?? [];
  const found: string[] = [];
  if (containers.length !== 1) found.push(`a task definition with ${containers.length} containers`);
  for (const container of containers) {
    found.push(...unsupported.filter((name) => container[name] !== undefined).map((name) => `a container with ${name}`));
    const driver = container.logConfiguration?.logDriver;
    if (driver && driver !== 'awslogs') found.push(`log driver ${driver}`);
    if ((container.portMappings ?? []).length > 1) found.push('a container with more than one port');
  }
  for (const volume of definition.volumes ?? []) {
    // A volume with a name alone is scratch space of the task.
    if (volume.efsVolumeConfiguration || volume.dockerVolumeConfiguration || volume.host?.sourcePath) found.push(`volume ${volume.name}`);
  }
  return found;
}

/** Task definitions of a region, by family and revision. */
export class TaskDefinitions {
  private readonly byArn = new Map<string, Definition>();
  private readonly prefix: string;

  /** @param prefix `arn:aws:ecs:REGION:ACCOUNT:task-definition` */
  constructor(prefix: string) {
    this.prefix = prefix;
  }

  register(input: Properties): Definition {
    const family: string = input['family'];
    const revision = 1 + Math.max(0, ...this.ofFamily(family).map((each) => each.revision));
    const definition = {
      requiresCompatibilities: [],
      ...input,
      taskDefinitionArn: `${this.prefix}/${family}:${revision}`,
      family,
      revision,
      status: 'ACTIVE',
      compatibilities: ['EC2', 'FARGATE'],
      registeredAt: new Date(),
    } as unknown as Definition;
    this.byArn.set(definition.taskDefinitionArn, definition);
    return definition;
  }

  ofFamily(family: string): Definition[] {
    return [...this.byArn.values()].filter((each) => each.family === family);
  }

  all(): Definition[] {
    return [...this.byArn.values()];
  }

  /** By ARN, by `family:revision`, or by family: then its latest active revision. */
  find(name: string): Definition | undefined {
    const short = name.replace(`${this.prefix}/`, '');
    const active = this.ofFamily(short).filter(({ status }) => status === 'ACTIVE');
    return this.byArn.get(`${this.prefix}/${short}`) ?? active.at(-1);
  }

  /** Makes it INACTIVE: services that run it go on, nothing new may name it. */
  deregister(arn: string): Definition | undefined {
    const definition = this.find(arn);
    if (definition) Object.assign(definition, { status: 'INACTIVE', deregisteredAt: new Date() });
    return definition;
  }
}

/** The port inside the container that requests go to; 0 when it listens nowhere. */
export const containerPort = (container: Container): number => container.portMappings?.[0]?.containerPort ?? 0;

/** What the task's platform runs. */
export const architectureOf = (definition: TaskDefinition): 'amd64' | 'arm64' =>
  definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64';
