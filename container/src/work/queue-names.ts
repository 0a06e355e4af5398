import { createHash } from 'node:crypto';
import type { StackArn } from '../config/index.ts';

/**
 * URLs of the stage's two queues. Their names follow from the secret's name, as the sample key's alias does; the stage's foundation derives the
 * same. The Quilt stack's account and region are the service's own.
 */
export function workQueueUrls(secretName: string, stack: Pick<StackArn, 'partition' | 'region' | 'account'>) {
  const name = `release-work-${createHash('sha256').update(secretName).digest('hex').slice(0, 32)}`;
  const host = `sqs.${stack.region}.${stack.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
  return { work: `https://${host}/${stack.account}/${name}.fifo`, parked: `https://${host}/${stack.account}/${name}-parked.fifo` };
}
