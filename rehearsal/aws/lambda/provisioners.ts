import { randomUUID } from 'node:crypto';
import type { Properties, Provisioned, Provisioner, Provisioners, Provisioning, World } from '../kernel.ts';
import { namePattern, on, physicalName } from '../physical-names.ts';
import type { AsynchronousInvocations } from './asynchronous.ts';
import type { EventSources } from './event-sources.ts';
import { type FunctionCode, qualifiedArn, readFunction } from './function.ts';
import { type Functions, parse } from './functions.ts';
import { arnOf, failed } from './provisioning.ts';
import type { ResourcePolicies } from './resource-policies.ts';
import type { FunctionUrls } from './url/function-urls.ts';
import { urlProvisioner } from './url/provisioner.ts';

export interface Parts {
  readonly world: World;
  readonly functions: Functions;
  readonly policies: ResourcePolicies;
  readonly asynchronous: AsynchronousInvocations;
  readonly sources: EventSources;
  readonly urls: FunctionUrls;
  /** Directory of a code asset. */
  code(bucket: string, key: string): string | undefined;
}

export function provisioners(parts: Parts): Provisioners {
  return {
    'AWS::Lambda::Function': functionProvisioner(parts),
    'AWS::Lambda::Version': versionProvisioner(parts),
    'AWS::Lambda::Alias': aliasProvisioner(parts),
    'AWS::Lambda::Permission': permissionProvisioner(parts),
    'AWS::Lambda::EventSourceMapping': eventSourceProvisioner(parts),
    'AWS::Lambda::EventInvokeConfig': eventInvokeConfigProvisioner(parts),
    'AWS::Lambda::Url': urlProvisioner(parts),
  };
}

function functionProvisioner({ world, functions, asynchronous, code }: Parts): Provisioner {
  const put = (name: string, properties: Properties): Provisioned => {
    const { S3Bucket, S3Key, ZipFile, ImageUri } = properties.Code ?? {};
    if (ZipFile !== undefined || ImageUri !== undefined)
      throw failed(`Code.${ZipFile === undefined ? 'ImageUri' : 'ZipFile'} is not supported`);
    const directory = code(S3Bucket, S3Key);
    if (directory === undefined) {
      throw failed('Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.');
    }
    const read = readFunction(world, name, properties, directory);
    functions.put(read);
    asynchronous.configure(name, properties.DeadLetterConfig?.TargetArn && { onFailure: properties.DeadLetterConfig.TargetArn });
    return { physicalId: name, attributes: { Arn: read.arn } };
  };
  const actions = {
    create: ['lambda:CreateFunction', 'lambda:GetFunction'],
    update: ['lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration', 'lambda:GetFunction'],
    delete: ['lambda:DeleteFunction', 'lambda:GetFunction'],
  };
  return {
    replaceOn: ['FunctionName', 'PackageType'],
    create: (properties, at) => put(properties.FunctionName ?? physicalName(at), properties),
    update: (name, properties) => put(name, properties),
    remove: (name) => {
      functions.remove(name);
      asynchronous.configure(name, undefined);
    },
    permissions: (verb, properties, at) => [
      ...on(arnOf(world, properties.FunctionName ?? namePattern(at)), ...actions[verb]),
      ...(verb === 'delete'
        ? []
        : [{ action: 'iam:PassRole', resource: String(properties.Role), context: { 'iam:PassedToService': 'lambda.amazonaws.com' } }]),
    ],
  };
}

function versionProvisioner({ world, functions }: Parts): Provisioner {
  const provisioned = (code: FunctionCode): Provisioned => ({
    physicalId: qualifiedArn(code),
    attributes: { Version: code.version, FunctionArn: qualifiedArn(code) },
  });
  return {
    replaceOn: 'all',
    create: ({ FunctionName }) => {
      const { code, fresh } = functions.publish(FunctionName);
      if (fresh) return provisioned(code);
      const message = `A version for this Lambda function exists ( ${code.version} ). Modify the function to create a new version.`;
      throw new Error(`Resource handler returned message: "${message}" (HandlerErrorCode: AlreadyExists)`);
    },
    remove: (arn) => functions.removeVersion(arn),
    permissions: (verb, { FunctionName }) =>
      on(arnOf(world, FunctionName), verb === 'delete' ? 'lambda:DeleteFunction' : 'lambda:PublishVersion'),
  };
}

function aliasProvisioner({ world, functions }: Parts): Provisioner {
  const put = (properties: Properties): Provisioned => {
    if (properties.RoutingConfig) throw failed('RoutingConfig is not supported');
    const { FunctionName, Name, FunctionVersion, Description } = properties;
    return { physicalId: functions.putAlias(FunctionName, Name, FunctionVersion, Description) };
  };
  const actions = { create: 'lambda:CreateAlias', update: 'lambda:UpdateAlias', delete: 'lambda:DeleteAlias' };
  return {
    replaceOn: ['FunctionName', 'Name'],
    create: put,
    update: (_id, properties) => put(properties),
    remove: (arn) => functions.removeAlias(arn),
    permissions: (verb, { FunctionName }) => on(arnOf(world, FunctionName), actions[verb]),
  };
}

function permissionProvisioner({ world, policies, functions }: Parts): Provisioner {
  const target = ({ FunctionName }: Properties): string => {
    const { qualifier } = parse(FunctionName);
    return qualifier ? `${arnOf(world, FunctionName)}:${qualifier}` : arnOf(world, FunctionName);
  };
  return {
    replaceOn: 'all',
    create: (properties, at: Provisioning) => {
      functions.resolve(properties.FunctionName);
      const id = physicalName(at, 100);
      policies.put(target(properties), id, properties);
      return { physicalId: id, attributes: { Id: id } };
    },
    remove: (id, properties) => policies.remove(target(properties), id),
    permissions: (verb, properties) => on(target(properties), verb === 'delete' ? 'lambda:RemovePermission' : 'lambda:AddPermission'),
  };
}

function eventSourceProvisioner({ sources }: Parts): Provisioner {
  return {
    replaceOn: 'all',
    create: (properties) => {
      const id = randomUUID();
      sources.start(id, properties);
      return { physicalId: id, attributes: { Id: id } };
    },
    remove: (id) => sources.stop(id),
    permissions: (verb) => on('*', `lambda:${verb === 'delete' ? 'Delete' : 'Create'}EventSourceMapping`),
  };
}

function eventInvokeConfigProvisioner({ world, asynchronous }: Parts): Provisioner {
  const key = ({ FunctionName, Qualifier }: Properties) => {
    const { name } = parse(FunctionName);
    return !Qualifier || Qualifier === '$LATEST' ? name : `${name}:${Qualifier}`;
  };
  const put = (properties: Properties): Provisioned => {
    const { MaximumRetryAttempts, DestinationConfig } = properties;
    const onFailure: string | undefined = DestinationConfig?.OnFailure?.Destination;
    if (DestinationConfig?.OnSuccess) throw failed('DestinationConfig.OnSuccess is not supported');
    if (onFailure && !onFailure.includes(':sqs:')) throw failed(`the destination ${onFailure} is not supported: only queues`);
    asynchronous.configure(key(properties), {
      ...(MaximumRetryAttempts !== undefined && { retries: Number(MaximumRetryAttempts) }),
      ...(onFailure && { onFailure }),
    });
    return { physicalId: `${properties.FunctionName}|${properties.Qualifier}` };
  };
  const actions = { create: 'Put', update: 'Update', delete: 'Delete' };
  return {
    replaceOn: ['FunctionName', 'Qualifier'],
    create: put,
    update: (_id, properties) => put(properties),
    remove: (_id, properties) => asynchronous.configure(key(properties), undefined),
    permissions: (verb, { FunctionName }) => on(arnOf(world, FunctionName), `lambda:${actions[verb]}FunctionEventInvokeConfig`),
  };
}
