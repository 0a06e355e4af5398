import * as sdk from '@aws-sdk/client-dynamodb';
import type { Properties, Provisioner, Provisioners, Service, World } from '../kernel.ts';
import { namePattern, on, physicalName } from '../physical-names.ts';
import { protocolOnly, refuseProperties } from '../sdk-words.ts';
import { validation } from './errors.ts';
import { tableHandlers } from './handlers.ts';
import { tablePermissions } from './permissions.ts';
import type { Table } from './table.ts';
import { Tables } from './tables.ts';

const VERBS = { create: 'CreateTable', update: 'UpdateTable', delete: 'DeleteTable' } as const;

/** Tables with real conditions. Streams, time to live and capacity are not simulated. */
export class DynamoDb {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly #tables: Tables;
  /** Names of tables that are protected against deletion. */
  readonly #protected = new Set<string>();

  constructor(world: World) {
    this.#tables = new Tables(world);
    const handlers = tableHandlers(this.#tables);
    this.service = {
      signingName: 'dynamodb',
      sdk,
      client: new sdk.DynamoDBClient(protocolOnly),
      handlers,
      permissions: tablePermissions(this.#tables, Object.keys(handlers)),
    };
    this.provisioners = {
      'AWS::DynamoDB::Table': this.#provisioner('AWS::DynamoDB::Table'),
      'AWS::DynamoDB::GlobalTable': this.#provisioner('AWS::DynamoDB::GlobalTable'),
    };
  }

  /** Makes a table. @param properties KeySchema and AttributeDefinitions, as in the API */
  createTable(name: string, properties: Properties): void {
    this.#tables.create(name, properties);
  }

  #provisioner(type: string): Provisioner {
    const answer = ({ name, arn }: Table) => ({ physicalId: name, attributes: { Arn: arn, TableId: name } });
    const guard = (name: string, { DeletionProtectionEnabled: guarded }: Properties) =>
      guarded === true ? this.#protected.add(name) : this.#protected.delete(name);
    const allowed = (properties: Properties) =>
      refuseProperties(type, properties, 'StreamSpecification', 'ImportSourceSpecification', 'KinesisStreamSpecification');
    return {
      replaceOn: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
      create: (properties, at) => {
        allowed(properties);
        const table = this.#tables.create(properties['TableName'] ?? physicalName(at, 255), properties);
        guard(table.name, properties);
        return answer(table);
      },
      update: (name, properties) => {
        allowed(properties);
        const table = this.#tables.get(name);
        guard(name, properties);
        return answer(table);
      },
      remove: (name) => {
        if (this.#protected.has(name))
          throw validation('Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.');
        this.#tables.remove(name);
      },
      permissions: (verb, properties, at) => on(this.#tables.arn(properties['TableName'] ?? namePattern(at)), `dynamodb:${VERBS[verb]}`),
    };
  }
}
