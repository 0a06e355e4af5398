import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildLog } from './build-log.ts';
import type { BuildRecord, PhaseContext } from './build-record.ts';
import { type Buildspec, type PhaseName, parseBuildspec } from './buildspec.ts';
import { Shell } from './shell.ts';

export type Ending = 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'TIMED_OUT';

/** What one build needs of the world around it. */
export interface BuildSite {
  readonly record: BuildRecord;
  readonly log: BuildLog;
  /** Removed at the end. */
  readonly home: string;
  /** Where it is checked out: the next build on this host goes on from there. */
  readonly source: string;
  /** The next build on this host finds what tsx compiled here, which it keeps by the path of the source and by content. */
  readonly temporary: string;
  /** Aborted with the ending as its reason: STOPPED or TIMED_OUT. */
  readonly signal: AbortSignal;
  /** Checks the source out into the directory. @returns the commit */
  checkout(directory: string): Promise<string>;
  /** Everything the build sees but the buildspec's own variables, which give way to these. */
  environment(directories: { source: string; home: string; temporary: string; commit: string }): Readonly<Record<string, string>>;
  upload(directory: string, spec: NonNullable<Buildspec['artifacts']>, name: string | undefined): Promise<string>;
}

/** The build failed in a way that CodeBuild names. */
class BuildFailure extends Error {
  readonly context: PhaseContext;

  constructor(statusCode: string, message: string) {
    super(message);
    this.context = { statusCode, message };
  }
}

const inOrder: readonly PhaseName[] = ['install', 'pre_build', 'build', 'post_build'];

/** One build from its source to its artifacts. */
export class BuildRun {
  readonly #site: BuildSite;
  #spec: Buildspec | undefined;
  #shell: Shell | undefined;
  #commit = '';

  constructor(site: BuildSite) {
    this.#site = site;
  }

  async run(): Promise<Ending> {
    const { signal, home } = this.#site;
    const end = () => void this.#shell?.end();
    signal.addEventListener('abort', end);
    try {
      let ending = await this.#phase('PROVISIONING', () => this.#site.log.opened());
      if (ending === 'SUCCEEDED') ending = await this.#phase('DOWNLOAD_SOURCE', () => this.#download());
      if (ending === 'SUCCEEDED') ending = await this.#work();
      await this.#phase('FINALIZING', async () => this.#shell?.end(), true);
      return ending;
    } finally {
      signal.removeEventListener('abort', end);
      await this.#shell?.end();
      this.#clearTemporary();
      rmSync(home, { recursive: true, force: true });
    }
  }

  #clearTemporary(): void {
    const { temporary } = this.#site;
    const left = existsSync(temporary) ? readdirSync(temporary).filter((name) => !name.startsWith('tsx-')) : [];
    for (const name of left) rmSync(join(temporary, name), { recursive: true, force: true });
  }

  async #download(): Promise<void> {
    this.#commit = await this.#site.checkout(this.#site.source).catch((error: unknown) => {
      throw new BuildFailure('CLIENT_ERROR', error instanceof Error ? error.message : String(error));
    });
    this.#site.record.build.resolvedSourceVersion = this.#commit;
    const given = this.#site.record.build.source?.buildspec ?? 'buildspec.yml';
    const inline = given.includes('\n') || given.trimStart().startsWith('{');
    const path = join(this.#site.source, given);
    if (!inline && !existsSync(path)) throw new BuildFailure('YAML_FILE_ERROR', `YAML file does not exist: ${given}`);
    try {
      this.#spec = parseBuildspec(inline ? given : readFileSync(path, 'utf8'));
    } catch (error) {
      throw new BuildFailure('YAML_FILE_ERROR', error instanceof Error ? error.message : String(error));
    }
  }

  /** After BUILD, POST_BUILD runs and artifacts are uploaded even if it failed; before, a failure ends the build. */
  async #work(): Promise<Ending> {
    const spec = this.#spec as Buildspec;
    this.#shell = this.#openShell(spec);
    let ending: Ending = 'SUCCEEDED';
    for (const name of inOrder) {
      if (ending !== 'SUCCEEDED' && !(name === 'post_build' && ending === 'FAILED' && this.#failedIn('BUILD'))) break;
      await this.#shell.run(`export CODEBUILD_BUILD_SUCCEEDING=${ending === 'SUCCEEDED' ? 1 : 0}`);
      const now = await this.#phase(name.toUpperCase() as 'BUILD', () => this.#commands(spec.phases[name]));
      if (ending === 'SUCCEEDED' || now === 'STOPPED' || now === 'TIMED_OUT') ending = now;
    }
    if (ending === 'SUCCEEDED' || (ending === 'FAILED' && this.#failedIn('BUILD'))) {
      await this.#export(spec);
      const now = await this.#phase('UPLOAD_ARTIFACTS', () => this.#upload(spec));
      if (ending === 'SUCCEEDED') ending = now;
    }
    return ending;
  }

  #openShell(spec: Buildspec): Shell {
    const { home, temporary, log } = this.#site;
    const directories = { source: this.#site.source, home: join(home, 'home'), temporary, commit: this.#commit };
    const scripts = join(home, 'commands');
    for (const directory of [directories.home, directories.temporary, scripts]) mkdirSync(directory, { recursive: true });
    const node = spec.phases.install?.['runtime-versions']?.nodejs;
    if (node) log.announce(`Runtime nodejs ${node} was asked for; this machine runs the build with ${process.version}`);
    return new Shell({
      shell: spec.env?.shell ?? 'sh',
      directory: this.#site.source,
      environment: { ...spec.env?.variables, ...this.#site.environment(directories) },
      scripts,
      line: (text) => log.write(text),
    });
  }

  async #commands(phase: { commands: string[]; finally: string[] } | undefined): Promise<void> {
    try {
      for (const command of phase?.commands ?? []) await this.#command(command);
    } finally {
      for (const command of phase?.finally ?? []) await this.#command(command);
    }
  }

  async #command(command: string): Promise<void> {
    this.#site.signal.throwIfAborted();
    this.#site.log.announce(`Running command ${command}`);
    const code = await (this.#shell as Shell).run(command);
    this.#site.signal.throwIfAborted();
    if (code === 0) return;
    throw new BuildFailure('COMMAND_EXECUTION_ERROR', `Error while executing command: ${command}. Reason: exit status ${code}`);
  }

  /** Only what the shell exports: one that was merely set is not seen on every image's shell. */
  async #export(spec: Buildspec): Promise<void> {
    const names = spec.env?.['exported-variables'] ?? [];
    const exportedEnvironmentVariables = [];
    for (const name of names) {
      const value = await this.#value(`printenv ${name}`);
      if (value !== undefined) exportedEnvironmentVariables.push({ name, value });
    }
    this.#site.record.build.exportedEnvironmentVariables = exportedEnvironmentVariables;
  }

  async #upload(spec: Buildspec): Promise<void> {
    if (!spec.artifacts) return;
    const name = spec.artifacts.name && (await this.#value(`printf %s "${spec.artifacts.name}"`));
    const directory = join(this.#site.source, spec.artifacts['base-directory'] ?? '.');
    if (!existsSync(directory)) {
      throw new BuildFailure('CLIENT_ERROR', `no matching base directory path found for ${spec.artifacts['base-directory']}`);
    }
    try {
      const location = await this.#site.upload(directory, spec.artifacts, name || undefined);
      this.#site.record.build.artifacts = { location };
    } catch (error) {
      throw new BuildFailure('CLIENT_ERROR', error instanceof Error ? error.message : String(error));
    }
  }

  /** What a command prints in the build's own shell; undefined when it fails or the shell is gone. */
  async #value(command: string): Promise<string | undefined> {
    const file = join(this.#site.home, 'value');
    const code = await (this.#shell as Shell).run(`${command} > '${file}'`);
    return code === 0 ? readFileSync(file, 'utf8').replace(/\n$/, '') : undefined;
  }

  #failedIn(phaseType: string): boolean {
    return this.#site.record.build.phases.some((phase) => phase.phaseType === phaseType && phase.phaseStatus === 'FAILED');
  }

  async #phase(phaseType: Parameters<BuildRecord['begin']>[0], work: () => Promise<unknown>, always = false): Promise<Ending> {
    const { record, log, signal } = this.#site;
    record.begin(phaseType);
    log.announce(`Entering phase ${phaseType}`);
    let ending: Ending = 'SUCCEEDED';
    let context: PhaseContext | undefined;
    try {
      if (!always) signal.throwIfAborted();
      await work();
    } catch (error) {
      ending = signal.aborted ? signal.reason : 'FAILED';
      if (ending === 'TIMED_OUT') context = { statusCode: 'BUILD_TIMED_OUT', message: 'Build has timed out. ' };
      else if (ending === 'FAILED') context = contextOf(error);
    }
    record.end(ending, context && [context]);
    log.announce(`Phase complete: ${phaseType} State: ${ending}`);
    log.announce(`Phase context status code: ${context?.statusCode ?? ''} Message: ${context?.message ?? ''}`);
    return ending;
  }
}

function contextOf(error: unknown): PhaseContext {
  if (error instanceof BuildFailure) return error.context;
  return { statusCode: 'CLIENT_ERROR', message: error instanceof Error ? error.message : String(error) };
}
