import * as sdk from '@aws-sdk/client-kms';
import type { Iam } from '../iam/iam.ts';
import type { Permission, Provisioners, Service, World } from '../kernel.ts';
import { protocolOnly } from '../sdk-words.ts';
import { keyHandlers } from './handlers.ts';
import { Keys } from './keys.ts';
import { keyProvisioners } from './provisioners.ts';

interface Input {
  readonly KeyId?: string;
  readonly TargetKeyId?: string;
  readonly AliasName?: string;
  readonly CiphertextBlob?: Uint8Array;
  readonly SigningAlgorithm?: string;
  readonly MessageType?: string;
}

/** Keys that really sign and encrypt. */
export class Kms {
  readonly service: Service;
  readonly provisioners: Provisioners;

  constructor(world: World, { iam }: { readonly iam: Iam }) {
    const keys = new Keys(world, iam);
    const handlers = keyHandlers(world, keys);
    this.provisioners = keyProvisioners(keys);
    this.service = {
      signingName: 'kms',
      sdk,
      client: new sdk.KMSClient(protocolOnly),
      handlers,
      permissions: Object.fromEntries(Object.keys(handlers).map((name) => [name, (input: Input) => permissionsOf(keys, name, input)])),
    };
  }
}

function permissionsOf(keys: Keys, operation: string, input: Input): Permission[] {
  switch (operation) {
    case 'CreateKey':
    case 'ListAliases':
      return [{ action: `kms:${operation}`, resource: '*' }];
    case 'CreateAlias':
      // On both, as AWS asks it: whoever may name any key could give it another's name.
      return [{ action: 'kms:CreateAlias', resource: keys.arn(input.AliasName!) }, keys.permission('CreateAlias', input.TargetKeyId!)];
    case 'Decrypt': {
      const key = input.KeyId ?? keys.ofBlob(input.CiphertextBlob!)?.arn;
      return key ? [keys.permission('Decrypt', key)] : [];
    }
    case 'Sign':
    case 'Verify':
      return [
        keys.permission(operation, input.KeyId!, {
          'kms:SigningAlgorithm': input.SigningAlgorithm!,
          'kms:MessageType': input.MessageType ?? 'RAW',
        }),
      ];
    default:
      return [keys.permission(operation, input.KeyId!)];
  }
}
