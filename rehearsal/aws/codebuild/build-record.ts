import type { Build, BuildPhase, EnvironmentVariable, StartBuildInput } from '@aws-sdk/client-codebuild';
import type { CloudEvent } from '../kernel.ts';
import type { Project } from './project.ts';

type Status = 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'TIMED_OUT' | 'FAULT';

/** Why a phase ended as it did, in CodeBuild's words. */
export interface PhaseContext {
  readonly statusCode: string;
  readonly message: string;
}

/** One build as the API shows it. Written by the runner, read by every call. */
export class BuildRecord {
  readonly build: Build & { id: string; arn: string; projectName: string; phases: BuildPhase[] };
  readonly uuid: string;

  constructor(project: Project, uuid: string, buildNumber: number, input: StartBuildInput, initiator: string) {
    const id = `${project.Name}:${uuid}`;
    const groupName = project.LogsConfig?.CloudWatchLogs.GroupName ?? `/aws/codebuild/${project.Name}`;
    const streamName = [project.LogsConfig?.CloudWatchLogs.StreamName, uuid].filter(Boolean).join('/');
    const { Type: type, Image: image, ComputeType: computeType, PrivilegedMode: privilegedMode } = project.Environment;
    this.uuid = uuid;
    this.build = {
      id,
      arn: project.arn.replace(/:project\/.*$/, `:build/${id}`),
      projectName: project.Name,
      buildNumber,
      buildStatus: 'IN_PROGRESS',
      buildComplete: false,
      startTime: new Date(),
      currentPhase: 'SUBMITTED',
      phases: [],
      initiator,
      sourceVersion: input.sourceVersion ?? project.SourceVersion,
      source: { type: 'CODECOMMIT', location: project.Source.Location, buildspec: input.buildspecOverride ?? project.Source.BuildSpec },
      environment: {
        type: type as 'LINUX_CONTAINER',
        image,
        computeType: computeType as 'BUILD_GENERAL1_SMALL',
        privilegedMode,
        environmentVariables: mergedVariables(project, input.environmentVariablesOverride),
      },
      artifacts: project.Artifacts.Type === 'S3' ? { location: `arn:aws:s3:::${project.Artifacts.Location}` } : { location: '' },
      logs: {
        groupName,
        streamName,
        cloudWatchLogsArn: project.arn.replace(/:codebuild:(.*):project\/.*$/, `:logs:$1:log-group:${groupName}:log-stream:${streamName}`),
        cloudWatchLogs: { status: 'ENABLED', groupName, streamName },
      },
      serviceRole: project.ServiceRole,
      encryptionKey: project.EncryptionKey,
      timeoutInMinutes: input.timeoutInMinutesOverride ?? project.TimeoutInMinutes,
      queuedTimeoutInMinutes: project.QueuedTimeoutInMinutes,
      exportedEnvironmentVariables: [],
    };
  }

  /** The phase that runs, until it is ended. */
  begin(phaseType: BuildPhase['phaseType']): void {
    this.build.currentPhase = phaseType;
    this.build.phases.push({ phaseType, startTime: new Date() });
  }

  end(phaseStatus: Status, contexts: readonly PhaseContext[] = []): void {
    const phase = this.build.phases.at(-1);
    if (!phase?.startTime) throw new Error('no phase runs');
    const endTime = new Date();
    const durationInSeconds = Math.round((endTime.getTime() - phase.startTime.getTime()) / 1000);
    Object.assign(phase, {
      phaseStatus,
      endTime,
      durationInSeconds,
      contexts: contexts.length ? contexts : [{ statusCode: '', message: '' }],
    });
  }

  complete(buildStatus: Status): void {
    this.build.phases.push({ phaseType: 'COMPLETED', startTime: new Date() });
    Object.assign(this.build, { buildStatus, buildComplete: true, endTime: new Date(), currentPhase: 'COMPLETED' });
  }

  /** What EventBridge is told at the start and at the end. */
  event(): CloudEvent {
    const { build } = this;
    return {
      source: 'aws.codebuild',
      'detail-type': 'CodeBuild Build State Change',
      resources: [build.arn],
      detail: {
        'build-status': build.buildStatus,
        'project-name': build.projectName,
        'build-id': build.arn,
        'current-phase': build.currentPhase,
        'current-phase-context': '[]',
        version: '1',
        'additional-information': {
          artifact: { location: build.artifacts?.location },
          'timeout-in-minutes': build.timeoutInMinutes,
          'build-complete': build.buildComplete,
          initiator: build.initiator,
          'build-start-time': build.startTime?.toISOString(),
          'source-version': build.sourceVersion,
          source: { type: build.source?.type, location: build.source?.location },
          logs: { 'group-name': build.logs?.groupName, 'stream-name': build.logs?.streamName },
          phases: build.phases.map((phase) => ({
            'phase-type': phase.phaseType,
            'phase-status': phase.phaseStatus,
            'phase-context': phase.contexts?.map(({ statusCode, message }) => `${statusCode}: ${message}`),
            'start-time': phase.startTime?.toISOString(),
            'end-time': phase.endTime?.toISOString(),
            'duration-in-seconds': phase.durationInSeconds,
          })),
        },
      },
    };
  }
}

/** The project's variables with those of the call in front: a name given by both has the call's value. */
function mergedVariables(project: Project, overrides: readonly EnvironmentVariable[] = []): EnvironmentVariable[] {
  const all = new Map<string, EnvironmentVariable>();
  for (const { Name: name, Value: value, Type: type } of project.Environment.EnvironmentVariables) all.set(name, { name, value, type });
  for (const variable of overrides) {
    if ((variable.type ?? 'PLAINTEXT') !== 'PLAINTEXT')
      throw new Error(`environment variable ${variable.name}: only PLAINTEXT is supported by this stand-in`);
    all.set(variable.name ?? '', { ...variable, type: 'PLAINTEXT' });
  }
  return [...all.values()];
}
