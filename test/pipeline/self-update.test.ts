import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { SelfUpdateStack } from '../../pipeline/self-update-stack.ts';
import { flat, ofType, root, selfUpdateAssembly, type Template, templates } from '../assembly.ts';

interface Action {
  readonly Name: string;
  readonly ActionTypeId: { readonly Provider: string };
  readonly Configuration: Record<string, unknown>;
}

const kept = ['ReleaseStores', 'ReleaseMachine', 'StagingFoundation', 'ProdFoundation'];

describe('the self-update of a pipeline whose source lies at GitHub', () => {
  it('reads main by the connection that people confirmed', () => {
    const app = new App({ treeMetadata: false, analyticsReporting: false });
    const stage = new Stage(app, 'Default', { stageName: 'Pipeline' });
    new CfnResource(new Stack(stage, 'Example'), 'Example', { type: 'AWS::SNS::Topic' });
    const connectionArn = 'arn:aws:codeconnections:us-east-1:111122223333:connection/11111111-1111-1111-1111-111111111111';
    const source = { host: 'github', repository: 'example/webhook', connectionArn } as const;
    new SelfUpdateStack(app, 'ReleaseSelfUpdate', { stage, source, keptStacks: [] });
    const made = app.synth().getStackByName('ReleaseSelfUpdate').template as Template;
    const [[, pipeline] = []] = ofType(made, 'AWS::CodePipeline::Pipeline');
    expect(pipeline?.Properties['Stages'][0].Actions).toMatchObject([
      { ActionTypeId: { Provider: 'CodeStarSourceConnection' }, Configuration: { ConnectionArn: connectionArn, BranchName: 'main' } },
    ]);
  });
});

describe('the self-update', () => {
  let template: (stack: string) => Template;
  let folder: string;
  let own: Template;
  const read = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'));
  beforeAll(async () => {
    template = await templates();
    folder = await selfUpdateAssembly();
    own = read('ReleaseSelfUpdate.template.json');
  }, 240_000);
  const pipeline = () => ofType(own, 'AWS::CodePipeline::Pipeline')[0]?.[1].Properties;
  const actions = (): Action[] => pipeline()?.['Stages'].flatMap(({ Actions }: { Actions: Action[] }) => Actions);
  /** That of the assets is a file beside the template. */
  const specOf = (text: string) => (text.startsWith('buildspec-') ? readFileSync(join(folder, text), 'utf8') : text);
  const buildSpecs = () => ofType(own, 'AWS::CodeBuild::Project').map(([, { Properties }]) => specOf(flat(Properties['Source'].BuildSpec)));

  it.each(kept)('deploys %s as a person would by its name, so that a stack that stands is adopted', (stack) => {
    expect(read(`assembly-Default/${stack}.template.json`)).toEqual(template(stack));
    const { type, properties } = read('assembly-Default/manifest.json').artifacts[stack];
    // A stack that is named like its artifact leaves the name out.
    expect({ type, stackName: properties.stackName ?? stack }).toEqual({ type: 'aws:cloudformation:stack', stackName: stack });
  });

  it('deploys these, each by a change set, and never a Service stack', () => {
    const deployed = actions().filter(({ ActionTypeId }) => ActionTypeId.Provider === 'CloudFormation');
    expect(new Set(deployed.map(({ Configuration }) => Configuration['StackName']))).toEqual(new Set(kept));
    expect(new Set(deployed.map(({ Configuration }) => Configuration['ActionMode']))).toEqual(
      new Set(['CHANGE_SET_REPLACE', 'CHANGE_SET_EXECUTE']),
    );
    const { artifacts } = read('assembly-Default/manifest.json');
    expect(Object.keys(artifacts).filter((name) => name.includes('Service'))).toEqual([]);
  });

  it('is apart from what a person and a rehearsal deploy', () => {
    expect(() => template('ReleaseSelfUpdate')).toThrow('ENOENT');
  });

  it('reads main, checks it, synthesizes it, and changes itself before anything else', () => {
    const [source] = actions();
    expect(source?.Configuration).toMatchObject({ BranchName: 'main' });
    const names: string[] = pipeline()?.['Stages'].map(({ Name }: { Name: string }) => Name);
    expect(names).toEqual(['Source', 'Build', 'UpdatePipeline', 'Assets', 'Pipeline']);
    const synth = buildSpecs().find((spec) => spec.includes('npm run check')) ?? '';
    expect(synth.indexOf('npm run check')).toBeLessThan(synth.indexOf('cdk synth'));
    expect(buildSpecs().some((spec) => spec.includes('cdk -a . deploy ReleaseSelfUpdate'))).toBe(true);
  });

  it('installs the tools by the versions that were tried here', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const installed = buildSpecs().flatMap((spec) => spec.match(/npm install -g [^\s"\\]+/g) ?? []);
    expect(new Set(installed)).toEqual(new Set([`npm install -g aws-cdk@${dependencies['aws-cdk']}`, 'npm install -g cdk-assets@4.7.3']));
  });

  it('costs nothing while nobody pushes: of the second type, without a key of its own', () => {
    expect(pipeline()).toMatchObject({ PipelineType: 'V2' });
    expect(ofType(own, 'AWS::KMS::Key')).toEqual([]);
  });

  it('keeps its artifacts encrypted and private, its logs for a year, and its roles within the boundary', () => {
    for (const [, { Properties }] of ofType(own, 'AWS::S3::Bucket')) {
      expect(Properties['BucketEncryption']).toBeDefined();
      expect(Object.values(Properties['PublicAccessBlockConfiguration'])).toEqual([true, true, true, true]);
    }
    for (const [, { Properties }] of ofType(own, 'AWS::CodeBuild::Project'))
      expect(Properties['LogsConfig']).toMatchObject({ CloudWatchLogs: { Status: 'ENABLED' } });
    const [[boundary] = []] = ofType(own, 'AWS::IAM::ManagedPolicy');
    const roles = ofType(own, 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(3);
    expect(roles.filter(([, { Properties }]) => Properties['PermissionsBoundary']?.Ref !== boundary).map(([id]) => id)).toEqual([]);
  });
});
