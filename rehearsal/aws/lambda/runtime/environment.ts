import { dirname } from 'node:path';
import type { World } from '../../kernel.ts';
import { entryOf, type FunctionCode } from '../function.ts';

/** All that a handler sees of its surroundings: Lambda's own variables, the template's, the role's credentials, and PATH. */
export function environmentOf(
  world: World,
  code: FunctionCode,
  credentials: Readonly<Record<string, string | undefined>>,
  logStream: string,
): Record<string, string> {
  const own: Record<string, string | undefined> = {
    ...world.platform?.(),
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: world.endpoint(),
    AWS_REGION: world.region,
    AWS_DEFAULT_REGION: world.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${code.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: code.name,
    AWS_LAMBDA_FUNCTION_VERSION: code.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(code.memorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: code.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: dirname(entryOf(code).file),
    _HANDLER: code.handler,
    // A rehearsal may run on a Node that the SDK is about to leave; the warning would be the first line of every log.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    // Without it an SDK client would look for the host's own configuration files.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...credentials,
  };
  return Object.fromEntries(
    Object.entries({ ...code.environment, ...own }).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
