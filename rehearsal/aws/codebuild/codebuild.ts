import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-codebuild';
import type { Permission, Principal, Properties, Provisioners, Service, World } from '../kernel.ts';
import { physicalName } from '../physical-names.ts';
import { BuildRecord } from './build-record.ts';
import { type CodeBuildCollaborators, openSite } from './build-site.ts';
import { type Project, parseProject, repositoryName, withArtifacts } from './project.ts';
import { BuildRun } from './run-build.ts';

export type { CodeBuildCollaborators } from './build-site.ts';

interface Running {
  readonly record: BuildRecord;
  readonly abort: AbortController;
  readonly finished: Promise<void>;
}

/** Builds projects on this machine: their own buildspec, from a real checkout, as the project's role. */
export class CodeBuild {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly #world: World;
  readonly #with: CodeBuildCollaborators;
  readonly #projects = new Map<string, Project>();
  readonly #builds = new Map<string, Running>();
  readonly #numbers = new Map<string, number>();

  constructor(world: World, collaborators: CodeBuildCollaborators) {
    this.#world = world;
    this.#with = collaborators;
    this.service = {
      signingName: 'codebuild',
      sdk,
      client: new sdk.CodeBuildClient({ region: world.region, credentials: { accessKeyId: 'example', secretAccessKey: 'example' } }),
      handlers: {
        StartBuild: (input, { principal }) => this.#start(input, principal),
        StopBuild: ({ id }) => this.#stop(id),
        BatchGetBuilds: ({ ids }) => this.#describe(ids),
        BatchGetProjects: ({ names }) => this.#describeProjects(names),
        ListBuildsForProject: ({ projectName }) => ({ ids: this.#idsOf(this.#project(projectName).Name) }),
      },
      permissions: {
        StartBuild: ({ projectName }) => [this.#permission('StartBuild', projectName)],
        StopBuild: ({ id }) => [this.#permission('StopBuild', projectOf(id))],
        BatchGetBuilds: ({ ids }) => [...new Set<string>(ids.map(projectOf))].map((name) => this.#permission('BatchGetBuilds', name)),
        BatchGetProjects: ({ names }) => names.map((name: string) => this.#permission('BatchGetProjects', name)),
        ListBuildsForProject: ({ projectName }) => [this.#permission('ListBuildsForProject', projectName)],
      },
    };
    this.provisioners = {
      'AWS::CodeBuild::Project': {
        replaceOn: ['Name'],
        create: (properties, at) => this.#provision(properties.Name ?? physicalName(at, 150), properties),
        update: (name, properties) => this.#provision(name, properties),
        remove: (name) => void this.#projects.delete(name),
        permissions: (verb, properties, at) => {
          const action = { create: 'CreateProject', update: 'UpdateProject', delete: 'DeleteProject' }[verb];
          return [this.#permission(action, properties.Name ?? `${at.stackName}-${at.logicalId}-*`)];
        },
      },
    };
  }

  /** Stops what still builds and waits for it. */
  async close(): Promise<void> {
    for (const { abort } of this.#builds.values()) abort.abort('STOPPED');
    await Promise.all([...this.#builds.values()].map(({ finished }) => finished));
  }

  #provision(name: string, properties: Properties) {
    const arn = this.#arn(name);
    const project = parseProject(properties, name, arn, this.#projects.get(name)?.createdAt ?? new Date());
    repositoryName(project.Source);
    this.#projects.set(name, project);
    return { physicalId: name, attributes: { Arn: arn } };
  }

  #start(input: sdk.StartBuildInput, principal: Principal) {
    const {
      projectName,
      sourceVersion,
      environmentVariablesOverride,
      buildspecOverride,
      artifactsOverride,
      timeoutInMinutesOverride,
      idempotencyToken,
      ...rest
    } = input;
    const unknown = Object.entries(rest).filter(([, value]) => value !== undefined);
    if (unknown.length) throw invalid(`${unknown.map(([name]) => name).join(', ')}: not supported by this stand-in`);
    const found = this.#project(projectName ?? '');
    const project = artifactsOverride ? orInvalid(() => withArtifacts(found, artifactsOverride)) : found;
    const number = (this.#numbers.get(project.Name) ?? 0) + 1;
    const initiator =
      principal.arn
        .split(':')
        .at(-1)
        ?.replace(/^role\//, '') ?? principal.arn;
    const record = orInvalid(() => new BuildRecord(project, randomUUID(), number, input, initiator));
    this.#numbers.set(project.Name, number);
    const abort = new AbortController();
    const finished = this.#run(project, record, abort).catch((error: unknown) => this.#complain(record, error));
    this.#builds.set(record.build.id, { record, abort, finished });
    return { build: view(record) };
  }

  async #run(project: Project, record: BuildRecord, abort: AbortController): Promise<void> {
    const minutes = record.build.timeoutInMinutes ?? project.TimeoutInMinutes;
    // Building is real work, so its deadline is real time too: only waits are scaled.
    const deadline = setTimeout(() => abort.abort('TIMED_OUT'), minutes * 60_000);
    try {
      await this.#with.emit(record.event());
      for (const phase of ['SUBMITTED', 'QUEUED'] as const) {
        record.begin(phase);
        record.end('SUCCEEDED');
      }
      const site = await openSite(this.#world, this.#with, project, record, abort.signal);
      const ending = await new BuildRun(site).run();
      // Lines that cannot be written do not undo what was built.
      await site.log.close().catch((error: unknown) => this.#complain(record, error));
      record.complete(ending);
    } catch (error) {
      this.#complain(record, error);
      record.begin('FINALIZING');
      record.end('FAILED', [{ statusCode: 'CLIENT_ERROR', message: error instanceof Error ? error.message : String(error) }]);
      record.complete(abort.signal.aborted ? abort.signal.reason : 'FAILED');
    } finally {
      clearTimeout(deadline);
    }
    await this.#with.emit(record.event());
  }

  #complain({ build }: BuildRecord, error: unknown): void {
    this.#world.log(`codebuild: ${build.id}: ${error instanceof Error ? error.stack : error}`);
  }

  #stop(id: string) {
    const running = this.#builds.get(id);
    if (!running) throw new sdk.ResourceNotFoundException({ message: `Build ${id} not found`, $metadata: {} });
    if (!running.record.build.buildComplete) running.abort.abort('STOPPED');
    return { build: view(running.record) };
  }

  #describe(ids: string[]) {
    const known = ids.map((id) => [...this.#builds.values()].find(({ record }) => record.build.id === id || record.build.arn === id));
    return {
      builds: known.flatMap((running) => (running ? [view(running.record)] : [])),
      buildsNotFound: ids.filter((_, index) => !known[index]),
    };
  }

  #describeProjects(names: string[]) {
    const byName = (name: string) => this.#projects.get(name.replace(/^arn:.*:project\//, ''));
    return { projects: names.flatMap((name) => projectView(byName(name))), projectsNotFound: names.filter((name) => !byName(name)) };
  }

  #idsOf(projectName: string): string[] {
    const ids = [...this.#builds.keys()].filter((id) => projectOf(id) === projectName);
    return ids.reverse();
  }

  #project(name: string): Project {
    const found = this.#projects.get(name.replace(/^arn:.*:project\//, ''));
    if (found) return found;
    throw new sdk.ResourceNotFoundException({ message: `Project cannot be found: ${this.#arn(name)}`, $metadata: {} });
  }

  #arn(name: string): string {
    const { partition, region, account } = this.#world;
    return name.startsWith('arn:') ? name : `arn:${partition}:codebuild:${region}:${account}:project/${name}`;
  }

  #permission(operation: string, projectName = ''): Permission {
    return { action: `codebuild:${operation}`, resource: this.#arn(projectName) };
  }
}

/** Builds are named `project:uuid`, their ARNs end so. */
function projectOf(id: string): string {
  return id.replace(/^arn:.*:build\//, '').split(':')[0] ?? id;
}

function invalid(message: string): sdk.InvalidInputException {
  return new sdk.InvalidInputException({ message, $metadata: {} });
}

/** What the caller got wrong is an answer of the API. */
function orInvalid<Value>(make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

/** A copy: a caller in this process must not see a build change under its hands. */
function view({ build }: BuildRecord): sdk.Build {
  return { ...build, phases: build.phases.map((phase) => ({ ...phase })) };
}

function projectView(project: Project | undefined): sdk.Project[] {
  if (!project) return [];
  return [
    {
      name: project.Name,
      arn: project.arn,
      created: project.createdAt,
      serviceRole: project.ServiceRole,
      source: { type: 'CODECOMMIT', location: project.Source.Location, buildspec: project.Source.BuildSpec },
      timeoutInMinutes: project.TimeoutInMinutes,
      queuedTimeoutInMinutes: project.QueuedTimeoutInMinutes,
    },
  ];
}
