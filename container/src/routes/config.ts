import type { FastifyInstance } from 'fastify';
import { mask, maskAccounts, queueNames, type StackArn } from '../config/index.ts';
import type { Configuration, Resolved } from '../configuration.ts';
import { sendError } from './errors.ts';

export function configRoute(app: FastifyInstance, configuration: Configuration, stack: StackArn): void {
  app.get('/config', async (_, reply) => {
    if (!configuration.current) return sendError(reply, 503, 'NotReady', 'the configuration is not resolved yet');
    return shown(configuration.current, stack);
  });
}

/** What the world may see. A field is listed to be shown: a key added to the secret stays hidden until somebody decides otherwise. */
function shown({ secret, quilt }: Resolved, stack: StackArn) {
  return {
    mode: 'secrets-only',
    region: stack.region,
    quilt: {
      catalog: quilt.catalog,
      database: quilt.database,
      bucket: secret.user_bucket,
      queue_arn: maskAccounts(queueNames(quilt.queueUrl ?? quilt.queueArn ?? '', stack).arn),
    },
    benchling: { tenant: secret.tenant, client_id: mask(secret.client_id), has_app_definition: secret.app_definition_id !== '' },
    parameters: {
      pkg_prefix: secret.pkg_prefix,
      pkg_key: secret.pkg_key,
      log_level: secret.log_level,
      enable_webhook_verification: secret.enable_webhook_verification,
      // How many, not which: the list would tell a stranger whose address to forge.
      webhook_allow_list_entries: secret.webhook_allow_list.length,
    },
  };
}
