import type { Properties, Provisioned, Provisioner } from '../../kernel.ts';
import { on } from '../../physical-names.ts';
import { parse } from '../functions.ts';
import type { Parts } from '../provisioners.ts';
import { arnOf, failed } from '../provisioning.ts';

/** AWS::Lambda::Url, for callers who sign: one that answers everybody is refused by name. */
export function urlProvisioner({ world, functions, urls }: Pick<Parts, 'world' | 'functions' | 'urls'>): Provisioner {
  const target = ({ TargetFunctionArn, Qualifier }: Properties): string => {
    const { qualifier = Qualifier } = parse(TargetFunctionArn);
    return qualifier ? `${arnOf(world, TargetFunctionArn)}:${qualifier}` : arnOf(world, TargetFunctionArn);
  };
  const check = ({ AuthType, Cors, InvokeMode = 'BUFFERED' }: Properties) => {
    if (AuthType !== 'AWS_IAM') throw failed(`AuthType ${AuthType} is not supported: only AWS_IAM`);
    if (Cors) throw failed('Cors is not supported');
    if (InvokeMode !== 'BUFFERED') throw failed(`InvokeMode ${InvokeMode} is not supported: only BUFFERED`);
  };
  const provisioned = (arn: string, address: string): Provisioned => ({
    physicalId: arn,
    attributes: { FunctionArn: arn, FunctionUrl: address },
  });
  const actions = { create: 'Create', update: 'Update', delete: 'Delete' };
  return {
    replaceOn: ['TargetFunctionArn', 'Qualifier'],
    create: (properties) => {
      check(properties);
      const arn = target(properties);
      functions.resolve(arn);
      if (urls.addressOf(arn)) throw failed(`Failed to create function url config for [functionArn = ${arn}].`, 'AlreadyExists');
      return provisioned(arn, urls.open(arn));
    },
    update: (arn, properties) => {
      check(properties);
      return provisioned(arn, urls.addressOf(arn) ?? urls.open(arn));
    },
    remove: (arn) => urls.close(arn),
    permissions: (verb, properties) => on(target(properties), `lambda:${actions[verb]}FunctionUrlConfig`),
  };
}
