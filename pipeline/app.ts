/** Names the stacks. `cdk synth` and the rehearsal run this file; a tag's build runs it with RELEASE_TAG set, for the Service templates. */
import { join } from 'node:path';
import { App, DefaultStackSynthesizer } from 'aws-cdk-lib';
import { sampleKeyAlias } from '../app-stack/sample-key-alias.ts';
import { ServiceStack } from '../app-stack/service-stack.ts';
import { alarmNames } from '../app-stack/stage-alarms.ts';
import { StageFoundation } from '../app-stack/stage-foundation.ts';
import { checkTemplates } from './checks.ts';
import { requireAddresses } from './config.ts';
import { config } from './configured.ts';
import { MachineStack } from './machine-stack.ts';
import { StoresStack } from './stores-stack.ts';

/** Set by the build of a tag. Such a build makes Service templates and nothing else: a release never changes the pipeline. */
const tag = process.env['RELEASE_TAG'];
const bundles = process.env['RELEASE_BUNDLES'] ?? join(import.meta.dirname, '../build/out/steps');

/** Feature flags that a new CDK app would get from `cdk init`, as far as they change what stands here. */
const flags = {
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-lambda:recognizeVersionProps': true,
  '@aws-cdk/aws-ecs:disableExplicitDeploymentControllerForCircuitBreaker': true,
  // Without it, errors that the built-in CloudFormation validation finds are printed as warnings, and the synth succeeds.
  '@aws-cdk/core:validateAgainstDefaultRules': true,
};
const app = new App({ context: flags, treeMetadata: false, analyticsReporting: false });
const synthesizer = () => new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
const stores = new StoresStack(app, 'ReleaseStores', { synthesizer: synthesizer() });
const sampleKeyAliases = config.stages.map((stage) => sampleKeyAlias(stage.secretName));
if (tag === undefined) {
  const alarms = config.stages.flatMap(({ name }) => alarmNames(name));
  new MachineStack(app, 'ReleaseMachine', { synthesizer: synthesizer(), stores, config, bundles, sampleKeyAliases, alarmNames: alarms });
}

for (const stage of requireAddresses(config.stages)) {
  const shared = { stageName: stage.name, serviceStackName: stage.serviceStack, ...stage };
  const foundation = new StageFoundation(app, stage.foundationStack, { synthesizer: synthesizer(), ...shared, topic: stores.topic });
  new ServiceStack(app, stage.serviceStack, {
    synthesizer: synthesizer(),
    ...shared,
    foundation,
    repositoryUri: stores.repositoryUri,
    repositoryArn: stores.repository.repositoryArn,
    release: { tag: tag ?? 'unreleased', attempt: process.env['RELEASE_ATTEMPT'] ?? '0' },
  });
}
checkTemplates(app, tag === undefined ? 'all' : app.node.children.filter((child) => child instanceof ServiceStack));
app.synth();
