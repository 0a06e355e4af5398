import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import type { StoresStack } from './stores-stack.ts';

/** ARNs of what the steps work on. Names that CloudFormation makes begin with the stack's name. */
export class StepResources {
  readonly artefacts: string;
  readonly diagnostics: string;
  readonly lastGood: string;
  readonly recorder: string;
  readonly diagnosticsBucket: string;
  readonly buildLogs: string;
  readonly secrets: string[];
  readonly serviceStacks: string[];
  readonly foundationStacks: string[];
  readonly clusters: string[];
  readonly services: string[];
  readonly serviceDeployments: string[];
  readonly tasks: string[];
  readonly serviceLogs: string[];
  readonly deployRoles: string[];
  readonly serviceRoles: string[];
  private readonly stack: Stack;

  constructor(scope: Construct, { stores, config }: { readonly stores: StoresStack; readonly config: Config }) {
    this.stack = Stack.of(scope);
    this.artefacts = stores.artefacts.arnForObjects('artefacts/*');
    this.diagnostics = stores.diagnostics.arnForObjects('diagnostics/*');
    this.lastGood = stores.diagnostics.arnForObjects('last-good/*');
    this.diagnosticsBucket = stores.diagnostics.bucketArn;
    this.recorder = stores.diagnostics.arnForObjects('recorder/*');
    this.buildLogs = this.arn('logs', 'log-group:/release/build:log-stream:*');
    const each = (service: string, rest: (stage: Config['stages'][number]) => string) =>
      config.stages.map((stage) => this.arn(service, rest(stage)));
    // Secrets Manager puts a random suffix of six characters behind the name.
    this.secrets = each('secretsmanager', (stage) => `secret:${stage.secretName}-??????`);
    this.serviceStacks = each('cloudformation', (stage) => `stack/${stage.serviceStack}/*`);
    this.foundationStacks = each('cloudformation', (stage) => `stack/${stage.foundationStack}/*`);
    this.clusters = each('ecs', (stage) => `cluster/${stage.foundationStack}-*`);
    this.services = each('ecs', (stage) => `service/${stage.foundationStack}-*/*`);
    this.serviceDeployments = each('ecs', (stage) => `service-deployment/${stage.foundationStack}-*/*`);
    this.tasks = each('ecs', (stage) => `task/${stage.foundationStack}-*/*`);
    this.serviceLogs = each('logs', (stage) => `log-group:/release/${stage.name}/service:log-stream:*`);
    this.serviceRoles = config.stages.map((stage) => `arn:${this.stack.partition}:iam::${this.stack.account}:role/${stage.serviceStack}-*`);
    this.deployRoles = config.stages.map(
      (stage) => `arn:${this.stack.partition}:iam::${this.stack.account}:role/${stage.foundationStack}-DeployRole*`,
    );
  }

  arn(service: string, rest: string): string {
    return `arn:${this.stack.partition}:${service}:${this.stack.region}:${this.stack.account}:${rest}`;
  }
}
