import { type Cause, causes } from '../contract/causes.ts';
import type { Source } from '../contract/failure.ts';
import { accessDenialOf, denialSentence } from './access-denial.ts';
import { meaningOfExit } from './exit-code.ts';

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
  /** One sentence; `{name}` is that group of the pattern. A function reads it from the text where groups do not reach. */
  readonly sentence: string | ((text: string) => string);
}

const task: readonly Source[] = ['stopped-task', 'service', 'stack-events', 'failure'];
const log: readonly Source[] = ['task-log'];
/** Only a cause that exists: a log is outside data. */
const configInvalid = new RegExp(
  `\\{"event":"config\\.invalid","cause":"(?<cause>${Object.keys(causes).join('|')})","keys":\\[(?<keys>[^\\]]*)\\]`,
);

export const causeRules: readonly CauseRule[] = [
  {
    cause: 'said',
    in: log,
    pattern: configInvalid,
    confidence: 'certain',
    sentence: (text) => {
      const { cause = '', keys = '' } = configInvalid.exec(text)?.groups ?? {};
      // No key is wrong when it may not read them: the container quotes AWS's own words.
      if (accessDenialOf(text)) return `The container could not read its configuration. ${denialSentence(text)}`;
      return `The container refused its configuration (${cause}); keys: ${keys.replaceAll('"', '').replaceAll(',', ', ') || 'none named'}.`;
    },
  },
  {
    cause: 'QuiltOutputMissing',
    in: log,
    pattern: /"event":"config\.invalid","cause":"QuiltStackNotFound"/,
    confidence: 'certain',
    sentence: 'The container found no Quilt stack under the name that it was given.',
  },
  {
    cause: 'NetworkUnreachable',
    in: log,
    pattern: /"event":"config\.invalid","cause":"AwsUnreachable"/,
    confidence: 'likely',
    sentence: 'The container could not read its configuration from AWS in time.',
  },
  {
    cause: 'ContainerCrashed',
    in: log,
    pattern: /"event":"config\.invalid","cause":"EnvironmentInvalid","keys":\[(?<keys>[^\]]*)\]/,
    confidence: 'certain',
    sentence: 'The container refused the environment that its task definition gives it: {keys}.',
  },
  {
    cause: 'SecretKeyMissing',
    in: task,
    pattern: /did not contain json key (?<key>[\w-]+)/,
    confidence: 'certain',
    sentence: 'The secret lacks the key {key}: ECS could not give it to the container.',
  },
  {
    // Before SecretNotFound: AWS has one error for both, and only its last words tell a secret that was never filled.
    cause: 'SecretEmpty',
    in: task,
    pattern: /ResourceInitializationError:(?=.*(?:secretsmanager|asm)).*can't find the specified secret value for staging label/,
    confidence: 'certain',
    sentence: 'The secret is there, and was never filled.',
  },
  {
    cause: 'SecretNotFound',
    in: task,
    pattern:
      /ResourceInitializationError:(?=.*(?:secretsmanager|asm)).*(?:ResourceNotFoundException|can't find the specified secret|marked (?:for|as) delet)/,
    confidence: 'certain',
    sentence: 'ECS found no such secret.',
  },
  {
    cause: 'SecretMalformed',
    in: task,
    pattern: /ResourceInitializationError:(?=.*asm).*invalid character '.{1,6}' (?:looking for beginning of|after|in) /,
    confidence: 'certain',
    sentence: 'The secret is not one JSON object: ECS could not take a key out of it.',
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
      /ResourceInitializationError:(?=.*(?:AccessDeniedException|not authorized)).*(?:secretsmanager:|kms:|Access to KMS is not allowed)/,
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
    pattern:
      /not authorized to perform:? [\w-]+:[\w*]+|\((?:AccessDenied|Unauthorized|AuthorizationError|KMSAccessDenied)\w*\) when calling the \w+ operation|Access to KMS is not allowed|ciphertext refers to a customer master key that does not exist/,
    confidence: 'certain',
    sentence: (text) => denialSentence(text),
  },
  {
    cause: 'PermissionDenied',
    in: task,
    pattern: /\bAPI: [\w-]+:\w+ .*(?:not authorized|[Aa]ccess [Dd]enied)/,
    confidence: 'certain',
    sentence: (text) => denialSentence(text),
  },
  {
    cause: 'PermissionDenied',
    in: log,
    pattern:
      /\b(?:AccessDenied(?:Exception)?|AuthorizationError(?:Exception)?|UnauthorizedOperation|KMSAccessDenied(?:Exception)?)\b(?!["']?\s*[=:]\s*(?:0|false)\b)/,
    confidence: 'likely',
    sentence: (text) => denialSentence(text, 'The container'),
  },
  {
    // What CloudTrail saw refused, when no log says it: likely only, for a program may live with a refusal.
    cause: 'PermissionDenied',
    in: ['access-denial'],
    pattern: /^[\w-]+:\w+: [\w.]*(?:AccessDenied|UnauthorizedOperation|AuthFailure)/,
    confidence: 'likely',
    sentence: (text) => denialSentence(text),
  },
  {
    cause: 'NetworkUnreachable',
    in: task,
    pattern: /ResourceInitializationError:.*(?:timeout|timed out|failed to validate logger args: : signal: killed)/i,
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
    pattern: /EssentialContainerExited.*exit code [1-9]\d*/,
    confidence: 'likely',
    sentence: (text) => endedWith(/exit code ([1-9]\d*)/.exec(text)?.[1]),
  },
  {
    // After the rule before: beside a container that failed, one that did not says nothing.
    cause: 'ContainerCrashed',
    in: ['stopped-task'],
    pattern: /EssentialContainerExited.*exit code 0\b/,
    confidence: 'likely',
    sentence: () => endedWith('0'),
  },
  {
    cause: 'ContainerCrashed',
    in: ['stopped-task'],
    pattern: /EssentialContainerExited.*exit code not told/,
    confidence: 'likely',
    sentence: 'The container ended by itself; ECS had not told its exit code.',
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
    pattern: /circuit breaker(?: was triggered|: rolling back|: tasks? failed to start)/i,
    confidence: 'likely',
    sentence: "ECS's circuit breaker ended the deployment.",
  },
  {
    // Refused at once, unlike one that is accepted and then fails to be computed: a template that CloudFormation cannot read, a capability.
    cause: 'ChangeSetFailed',
    in: ['failure'],
    pattern: /^PlanChange: (?:ValidationError|InsufficientCapabilitiesException): (?<why>.+)/,
    confidence: 'certain',
    sentence: 'CloudFormation refused the change set: {why}',
  },
];

function endedWith(code = ''): string {
  const meaning = meaningOfExit(Number(code));
  return `The container ended by itself with exit code ${code}${meaning ? `: ${meaning}` : ''}.`;
}

/** The build's own marker: a script of ours says by name why it ends. */
export const buildMarker = new RegExp(`(?:^|\\s)(?<cause>${Object.keys(causes).join('|')}): (?<why>.+)`);

/** Lines that a person reads first when no rule knows the failure. */
export const telling =
  /\b(?:error|fatal|exception|panic|refused|denied|forbidden|failed|failure|cannot|unable|unhandled|traceback|aborted|killed|segmentation fault|not found|no such file|timed? ?out|exit code [1-9])/i;
