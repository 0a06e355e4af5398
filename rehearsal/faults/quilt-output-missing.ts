import { quiltTemplate } from '../world/quilt.ts';
import type { Fault } from './fault.ts';

/** The team of the Quilt stack gave an output another name: code and stack once disagreed about the queue's. */
export const quiltOutputMissing: Fault = {
  name: 'quilt-output-missing',
  summary: 'the Quilt stack of the stage exports its queue under another name',
  cause: 'QuiltOutputMissing',
  failedStep: 'ValidateSecret',
  on: 'first-deploy',
  async inject({ cloud: { cloudformation }, stage }) {
    const deploy = async (template: string) => {
      await cloudformation.deploy({ stackName: stage.quiltStackArn.split('/')[1]!, stackId: stage.quiltStackArn, template });
    };
    const template = quiltTemplate(stage);
    await deploy(template.replaceAll('PackagerQueueUrl', 'PackageQueueAddress'));
    return { mend: () => deploy(template) };
  },
};
