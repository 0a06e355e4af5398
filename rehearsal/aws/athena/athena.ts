import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-athena';
import type { Permission, Service, World } from '../kernel.ts';
import type { S3 } from '../s3/s3.ts';
import { protocolOnly, refuseMembers, saying } from '../sdk-words.ts';
import { type Query, readQuery } from './query.ts';

/** A package as Quilt's view of a bucket has it. */
export interface PackageRow {
  readonly pkg_name: string;
  readonly user_meta: Readonly<Record<string, unknown>>;
}

interface Execution {
  readonly id: string;
  readonly sql: string;
  readonly output: string;
  readonly rows: readonly string[];
  readonly failure?: string;
  /** Queries take a while: the first look finds them running. */
  looks: number;
}

const workgroup = 'primary';

/** Answers which packages name an entry, from views that it was given. */
export class Athena {
  readonly service: Service;
  readonly #world: World;
  readonly #s3: Pick<S3, 'put'>;
  readonly #views = new Map<string, readonly PackageRow[]>();
  readonly #executions = new Map<string, Execution>();

  constructor(world: World, { s3 }: { readonly s3: Pick<S3, 'put'> }) {
    this.#world = world;
    this.#s3 = s3;
    const ofWorkgroup = (operation: string): Permission => ({
      action: `athena:${operation}`,
      resource: this.#arn('athena', `workgroup/${workgroup}`),
    });
    this.service = {
      signingName: 'athena',
      sdk,
      client: new sdk.AthenaClient(protocolOnly),
      handlers: {
        StartQueryExecution: (input: sdk.StartQueryExecutionInput) => this.#start(input),
        GetQueryExecution: ({ QueryExecutionId }: sdk.GetQueryExecutionInput) => ({
          QueryExecution: this.#describe(this.#execution(QueryExecutionId)),
        }),
        GetQueryResults: (input: sdk.GetQueryResultsInput) => this.#results(input),
      },
      permissions: {
        StartQueryExecution: (input: sdk.StartQueryExecutionInput) => [ofWorkgroup('StartQueryExecution'), ...this.#reads(input)],
        GetQueryExecution: () => [ofWorkgroup('GetQueryExecution')],
        GetQueryResults: ({ QueryExecutionId }: sdk.GetQueryResultsInput) => [
          ofWorkgroup('GetQueryResults'),
          { action: 's3:GetObject', resource: objectArn(this.#execution(QueryExecutionId).output) },
        ],
      },
    };
  }

  /** Gives a bucket its view of packages, or another one. */
  packagesView(database: string, bucket: string, rows: readonly PackageRow[]): void {
    this.#views.set(`${database}.${bucket}_packages-view`, rows);
  }

  async #start(input: sdk.StartQueryExecutionInput): Promise<sdk.StartQueryExecutionOutput> {
    const { QueryString, ExecutionParameters = [], ResultConfiguration, ClientRequestToken: _, ...others } = input;
    refuseMembers('StartQueryExecution', others, ...Object.keys(others));
    if (!ResultConfiguration?.OutputLocation) throw new sdk.InvalidRequestException(saying('No output location provided.'));
    const query = readQuery(QueryString ?? '', ExecutionParameters);
    const id = randomUUID();
    const output = `${ResultConfiguration.OutputLocation.replace(/\/?$/, '/')}${id}.csv`;
    const rows = this.#answer(query);
    this.#executions.set(id, {
      id,
      sql: QueryString ?? '',
      output,
      looks: 0,
      ...(rows ? { rows } : { rows: [], failure: notFound(query) }),
    });
    const [bucket = '', ...key] = output.replace('s3://', '').split('/');
    if (rows) await this.#s3.put(bucket, key.join('/'), [query.column, ...rows].map((cell) => `"${cell}"\n`).join(''));
    return { QueryExecutionId: id };
  }

  #answer({ database, view, key, value, limit }: Query): string[] | undefined {
    const rows = this.#views.get(`${database}.${view}`);
    const found = rows?.filter(({ user_meta }) => user_meta[key] === value).map(({ pkg_name }) => pkg_name);
    return found && [...new Set(found)].sort().slice(0, limit);
  }

  #describe(execution: Execution): sdk.QueryExecution {
    execution.looks += 1;
    const { id, sql, output, looks, failure } = execution;
    const State = looks === 1 ? 'RUNNING' : failure ? 'FAILED' : 'SUCCEEDED';
    return {
      QueryExecutionId: id,
      Query: sql,
      WorkGroup: workgroup,
      ResultConfiguration: { OutputLocation: output },
      Status: { State, ...(State === 'FAILED' && { StateChangeReason: failure }) },
    };
  }

  #results({ QueryExecutionId, MaxResults = 1000, NextToken }: sdk.GetQueryResultsInput): sdk.GetQueryResultsOutput {
    refuseMembers('GetQueryResults', { NextToken }, 'NextToken');
    const { rows, failure, looks } = this.#execution(QueryExecutionId);
    if (failure || looks < 2) throw new sdk.InvalidRequestException(saying('Query has not yet finished, or did not succeed.'));
    const cells = ['pkg_name', ...rows].slice(0, MaxResults);
    return { ResultSet: { Rows: cells.map((VarCharValue) => ({ Data: [{ VarCharValue }] })) } };
  }

  /** Athena reads and writes with the rights of whoever asks: the view, the tables below it, their data, and the place of the result. */
  #reads({ QueryString, ExecutionParameters = [], ResultConfiguration }: sdk.StartQueryExecutionInput): Permission[] {
    const { database, view, bucket } = readQuery(QueryString ?? '', ExecutionParameters);
    const tables = [view, `${bucket}_packages`, `${bucket}_manifests`];
    return [
      { action: 'glue:GetDatabase', resource: this.#arn('glue', `database/${database}`) },
      ...tables.map((table) => ({ action: 'glue:GetTable', resource: this.#arn('glue', `table/${database}/${table}`) })),
      { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` },
      ...['named_packages', 'packages'].map((kind) => ({
        action: 's3:GetObject',
        resource: `arn:aws:s3:::${bucket}/.quilt/${kind}/example`,
      })),
      { action: 's3:GetBucketLocation', resource: objectArn(ResultConfiguration?.OutputLocation ?? '').replace(/\/.*/, '') },
      { action: 's3:PutObject', resource: objectArn(`${ResultConfiguration?.OutputLocation ?? ''}example.csv`) },
    ];
  }

  #execution(id = ''): Execution {
    const found = this.#executions.get(id);
    if (!found) throw new sdk.InvalidRequestException(saying(`QueryExecution ${id} was not found`));
    return found;
  }

  #arn(service: string, resource: string): string {
    const { partition, region, account } = this.#world;
    return `arn:${partition}:${service}:${region}:${account}:${resource}`;
  }
}

const objectArn = (url: string) => url.replace('s3://', 'arn:aws:s3:::');

const notFound = ({ database, view }: Query) => `TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.${database}.${view}' does not exist`;
