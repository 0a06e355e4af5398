import type { GetTemplateInput, GetTemplateSummaryInput } from '@aws-sdk/client-cloudformation';
import type { Call, Handler } from '../../kernel.ts';
import { neededCapabilities } from '../capabilities.ts';
import type { Engine } from '../engine.ts';
import { notSupported, validationError } from '../errors.ts';
import { type ParameterDefinition, parseTemplate } from '../template.ts';
import { noStackWithId } from './descriptions.ts';
import { bodyOf, type Templates } from './request.ts';

/** Templates as they were sent. There are no transforms, so Processed would be the same; it is not offered. */
export function templateHandlers(engine: Engine, templates: Templates): Record<string, Handler> {
  const { stacks } = engine;
  return {
    GetTemplate({ StackName, ChangeSetName, TemplateStage }: GetTemplateInput) {
      if (TemplateStage === 'Processed') throw notSupported('TemplateStage Processed');
      const goal =
        ChangeSetName === undefined ? stacks.get(StackName, noStackWithId).goal : stacks.changeSet(ChangeSetName, StackName).request.goal;
      if (!goal) throw validationError(`Template of stack ${StackName} does not exist: no change set was executed.`);
      return { TemplateBody: goal.body, StagesAvailable: ['Original'] };
    },
    async GetTemplateSummary(input: GetTemplateSummaryInput, { principal }: Call) {
      const { StackName, TemplateBody, TemplateURL } = input;
      const body =
        StackName === undefined
          ? await bodyOf(engine, templates, principal, undefined, { TemplateBody, TemplateURL })
          : await bodyOf(engine, templates, principal, stacks.get(StackName, noStackWithId), { UsePreviousTemplate: true });
      const template = parseTemplate(body);
      const capabilities = neededCapabilities(template);
      return {
        Description: template.Description,
        Parameters: Object.entries(template.Parameters ?? {}).map(declaration),
        ResourceTypes: [...new Set(Object.values(template.Resources).map(({ Type }) => Type))],
        Capabilities: capabilities,
        CapabilitiesReason: capabilities.length > 0 ? 'The following resource(s) require capabilities: [AWS::IAM]' : undefined,
        Metadata: template.Metadata && JSON.stringify(template.Metadata),
        Version: '2010-09-09',
      };
    },
  };
}

const declaration = ([ParameterKey, definition]: [string, ParameterDefinition]) => ({
  ParameterKey,
  ParameterType: definition.Type,
  DefaultValue: definition.Default === undefined ? undefined : String(definition.Default),
  NoEcho: String(definition.NoEcho) === 'true',
  Description: definition.Description,
  ParameterConstraints: { AllowedValues: definition.AllowedValues?.map(String) },
});
