import type { ElasticLoadBalancing } from '../elasticloadbalancing/elastic-load-balancing.ts';
import type { CloudEvent, Permission, Principal } from '../kernel.ts';
import type { Executor } from './executors/executor.ts';

export interface EcsCollaborators {
  readonly iam: {
    /** Rejects when the role does not trust the service. */
    assume(roleArn: string, via: string, session?: string): Promise<Principal>;
    credentials(roleArn: string, via: string, session?: string): Promise<object>;
    /** Rejects with AWS's sentence when the principal may not. */
    authorize(principal: Principal, permission: Permission): Promise<void> | void;
  };
  readonly logs: {
    put(group: string, stream: string, line: string): void;
    /** @default - every group exists */
    hasGroup?(group: string): boolean;
  };
  readonly ecr: {
    /** `127.0.0.1:PORT` */
    readonly address: string;
    arn(repository: string): string;
  };
  readonly elb: Pick<ElasticLoadBalancing, 'register' | 'deregister' | 'targetHealth' | 'loadBalancersOf'>;
  readonly secrets: {
    /** The secret's text now; undefined when there is none. @param id name or ARN, with or without the random suffix */
    current(id: string, versionStage?: string): string | undefined;
  };
  /** The default event bus. */
  emit(event: CloudEvent): void;
  readonly executor: Executor;
}
