/** Names the stacks. `cdk synth` and the rehearsal run this file; a tag's build runs it with RELEASE_TAG set, for the Service templates. */
import { join } from 'node:path';
import { App, AspectPriority, Aspects, DefaultStackSynthesizer, Stage } from 'aws-cdk-lib';
import { sampleKeyAlias } from '../app-stack/sample-key-alias.ts';
import { ServiceStack } from '../app-stack/service-stack.ts';
import { alarmNames } from '../app-stack/stage-alarms.ts';
import { StageFoundation } from '../app-stack/stage-foundation.ts';
import { acknowledgements } from './acknowledgements.ts';
import { requireAddresses } from './address.ts';
import { checkTemplates } from './checks.ts';
import { config } from './configured.ts';
import { MachineStack } from './machine-stack.ts';
import { NotDeployed } from './not-deployed.ts';
import { RolesThatStay } from './roles-that-stay.ts';
import { SameNames } from './same-names.ts';
import { selfUpdateAcknowledgements } from './self-update-acknowledgements.ts';
import { SelfUpdateStack, selfUpdateContext } from './self-update-stack.ts';
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
/** The same stacks, by the same names: by themselves for `cdk deploy`, or below the pipeline that keeps them current. */
const selfUpdate = tag === undefined && app.node.tryGetContext(selfUpdateContext) === 'true';
// An id that CDK leaves out of the ids of what is below: the templates are the same either way, and a stack that stands is adopted.
const scope = selfUpdate ? new Stage(app, 'Default', { stageName: 'Pipeline' }) : app;
// After CDK's own tags, which are put on in passing, too.
if (selfUpdate) Aspects.of(scope).add(new SameNames(scope.node.id), { priority: AspectPriority.READONLY });
const named = (stackName: string) => ({ stackName, synthesizer: synthesizer() });

const stores = new StoresStack(scope, 'ReleaseStores', named('ReleaseStores'));
const sampleKeyAliases = config.stages.map((stage) => sampleKeyAlias(stage.secretName));
if (tag === undefined) {
  const alarms = config.stages.flatMap(({ name }) => alarmNames(name));
  new MachineStack(scope, 'ReleaseMachine', { ...named('ReleaseMachine'), stores, config, bundles, sampleKeyAliases, alarmNames: alarms });
}

for (const stage of requireAddresses(config.stages)) {
  const shared = { stageName: stage.name, serviceStackName: stage.serviceStack, ...stage };
  const foundation = new StageFoundation(scope, stage.foundationStack, { ...named(stage.foundationStack), ...shared, topic: stores.topic });
  // A change set that waits for its approval is executed with the role that it was made with.
  Aspects.of(foundation).add(new RolesThatStay());
  new ServiceStack(scope, stage.serviceStack, {
    stackName: stage.serviceStack,
    // Releases deploy it, from the tag's own template.
    synthesizer: selfUpdate ? new NotDeployed() : synthesizer(),
    ...shared,
    foundation,
    repositoryUri: stores.repositoryUri,
    repositoryArn: stores.repository.repositoryArn,
    release: { tag: tag ?? 'unreleased', attempt: process.env['RELEASE_ATTEMPT'] ?? '0' },
  });
}
if (Stage.isStage(scope) && selfUpdate) {
  const keptStacks = ['ReleaseStores', 'ReleaseMachine', ...config.stages.map(({ foundationStack }) => foundationStack)];
  new SelfUpdateStack(app, 'ReleaseSelfUpdate', { synthesizer: synthesizer(), stage: scope, source: config.source, keptStacks });
}
const stacks = tag === undefined ? 'all' : app.node.children.filter((child) => child instanceof ServiceStack);
checkTemplates(app, stacks, selfUpdate ? [...acknowledgements, ...selfUpdateAcknowledgements] : acknowledgements);
app.synth();
