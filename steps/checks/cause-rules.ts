import { type Cause, causes } from '../contract/causes.ts';
import type { Source } from '../contract/failure.ts';

/**
 * How AWS and the container word a failure, as data. In order, the first that matches any line decides: what the container itself said
 * before what ECS says about it, a reason before its consequence. Each has AWS's real wording in test/fixtures/causes.json.
 */
export interface CauseRule {
  /** `said`: the line itself names the cause, in the group `cause`. */
  readonly cause: Cause | 'said';
  readonly in: readonly Source[];
  readonly pattern: RegExp;
  /** `certain` where the words allow one reading only. */
  readonly confidence: 'certain' | 'likely';
  /** One sentence; `{name}` is that group of the pattern. */
  readonly sentence: string;
}

const task: readonly Source[] = ['stopped-task', 'service', 'stack-events', 'failure'];
const log: readonly Source[] = ['task-log'];

export const causeRules: readonly CauseRule[] = [
  {
    cause: 'said',
    in: log,
    pattern: /\{"event":"config\.invalid","cause":"(?<cause>\w+)","keys":\[(?<keys>[^\]]*)\]/,
    confidence: 'certain',
    sentence: 'The container refused its configuration ({cause}); keys: {keys}.',
  },
  {
    cause: 'SecretKeyMissing',
    in: task,
    pattern: /did not contain json key (?<key>[\w-]+)/,
    confidence: 'certain',
    sentence: 'The secret lacks the key {key}: ECS could not give it to the container.',
  },
  {
    cause: 'SecretNotFound',
    in: task,
    pattern: /ResourceInitializationError:.*(?:secretsmanager|asm).*(?:ResourceNotFoundException|can't find the specified secret)/,
    confidence: 'certain',
    sentence: 'ECS found no such secret.',
  },
  {
    cause: 'NetworkUnreachable',
    in: task,
    pattern:
      /(?:ResourceInitializationError|CannotPullContainerError):.*(?:i\/o timeout|context deadline exceeded|connection issue between the task and|request canceled while waiting for connection|no route to host|no such host|TLS handshake timeout)/,
    confidence: 'certain',
    sentence: 'Tasks have no way out of their network: secrets or images cannot be reached.',
  },
  {
    cause: 'SecretAccessDenied',
    in: task,
    pattern:
      /ResourceInitializationError:.*(?:AccessDeniedException|not authorized).*(?:secretsmanager:|kms:|Access to KMS is not allowed)/,
    confidence: 'certain',
    sentence: 'The execution role may not read or decrypt the secret.',
  },
  {
    cause: 'ImageArchitecture',
    in: task,
    pattern:
      /CannotPullContainerError:.*(?:does not contain descriptor matching platform|no match(?:ing manifest)? for (?:platform|linux)|failed to find a descriptor for platform)/,
    confidence: 'certain',
    sentence: 'The image has no variant for linux/amd64.',
  },
  {
    cause: 'ImagePullFailed',
    in: task,
    pattern: /CannotPull(?:Image|Container(?:Error|Manifest\w*)?):? *(?<why>.{0,200})/,
    confidence: 'certain',
    sentence: 'ECS cannot pull the image: {why}',
  },
  {
    cause: 'ImageArchitecture',
    in: [...log, ...task],
    pattern: /exec format error/,
    confidence: 'certain',
    sentence: 'The image is built for another architecture: exec format error.',
  },
  {
    cause: 'OutOfMemory',
    in: [...task, 'running-task'],
    pattern: /OutOfMemoryError|OutOfMemory: /,
    confidence: 'certain',
    sentence: 'The container was killed because it used more memory than its limit.',
  },
  {
    cause: 'OutOfMemory',
    in: log,
    pattern: /JavaScript heap out of memory/,
    confidence: 'certain',
    sentence: 'Node ran out of heap.',
  },
  {
    cause: 'PermissionDenied',
    in: [...log, ...task],
    pattern: /not authorized to perform: (?<action>[\w:*-]+)(?:.{0,80}?on resource: (?<resource>[^\s",]+))?/,
    confidence: 'certain',
    sentence: 'A role may not {action} on {resource}.',
  },
  {
    cause: 'PermissionDenied',
    in: log,
    pattern: /\b(?:AccessDenied(?:Exception)?|AuthorizationError|KMSAccessDenied)\b/,
    confidence: 'likely',
    sentence: 'The container was denied access.',
  },
  {
    cause: 'NetworkUnreachable',
    in: task,
    pattern: /ResourceInitializationError:.*(?:timeout|timed out)/i,
    confidence: 'likely',
    sentence: 'Tasks time out before they start: a route, an endpoint or a security group is missing.',
  },
  {
    // The line of the log that says more had not arrived, or the first rule would have matched.
    cause: 'SecretValueInvalid',
    in: ['stopped-task'],
    pattern: /exit code 78\b/,
    confidence: 'likely',
    sentence: 'The container refused its configuration (exit code 78); its own line about the keys was not found.',
  },
  {
    cause: 'ContainerCrashed',
    in: ['stopped-task'],
    pattern: /EssentialContainerExited.*exit code (?<code>[1-9]\d*)/,
    confidence: 'likely',
    sentence: 'The container ended by itself with exit code {code}.',
  },
  {
    // After the rule before: beside a container that failed, one that did not says nothing.
    cause: 'ContainerCrashed',
    in: ['stopped-task'],
    pattern: /EssentialContainerExited.*exit code 0\b/,
    confidence: 'likely',
    sentence: 'The container ended by itself with exit code 0: a service must not end.',
  },
  {
    cause: 'ContainerCrashed',
    in: task,
    pattern: /(?<why>Cannot(?:Start|Create)ContainerError.{0,200}|ContainerRuntime(?:Timeout)?Error.{0,200})/,
    confidence: 'likely',
    sentence: 'The container could not be started: {why}',
  },
  {
    cause: 'HealthCheckFailed',
    in: task,
    pattern: /failed (?<which>ELB|container) health checks|is unhealthy in \(?target-group/,
    confidence: 'likely',
    sentence: 'Tasks run but do not pass their health check.',
  },
  {
    cause: 'DeploymentReverted',
    in: ['service', 'stack-events', 'failure'],
    pattern: /circuit breaker(?: was triggered|: rolling back)/i,
    confidence: 'likely',
    sentence: "ECS's circuit breaker ended the deployment.",
  },
];

/** The build's own marker: a script of ours says by name why it ends. */
export const buildMarker = new RegExp(`(?:^|\\s)(?<cause>${Object.keys(causes).join('|')}): (?<why>.+)`);

/** Lines that a person reads first when no rule knows the failure. */
export const telling = /\b(?:error|fatal|exception|panic|refused|denied|failed|failure|cannot|unable|timed? ?out|exit code [1-9])/i;
