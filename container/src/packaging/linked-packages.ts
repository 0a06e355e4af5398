import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  QueryExecutionState,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { Clock } from '../clock.ts';
import type { StackArn } from '../config/index.ts';
import type { Resolved } from '../configuration.ts';

/** A canvas with more links than this is no help; the catalog's own search is. */
export const mostLinked = 20;

const pollMs = 500;
/** A canvas waits for this query. */
const withinMs = 60_000;

/** Asks Athena, with the rights of the service, which packages name an entry in their metadata. */
export class LinkedPackages {
  readonly #athena: AthenaClient;
  readonly #clock: Clock;

  constructor(stack: StackArn, clock: Clock) {
    this.#athena = new AthenaClient({
      region: stack.region,
      maxAttempts: 4,
      requestHandler: { connectionTimeout: 5000, requestTimeout: 10_000 },
    });
    this.#clock = clock;
  }

  /**
   * Names of the packages whose user metadata has `{pkg_key}` = the display id, in order, at most 20.
   * athena:StartQueryExecution, athena:GetQueryExecution, athena:GetQueryResults on the primary workgroup; Athena itself reads the view and
   * writes the result in the caller's name.
   */
  async find({ secret, quilt }: Resolved, displayId: string, signal: AbortSignal): Promise<string[]> {
    const { QueryExecutionId } = await this.#athena.send(
      new StartQueryExecutionCommand({
        QueryString: linkedPackagesQuery(quilt.database, secret.user_bucket, secret.pkg_key),
        ExecutionParameters: [literal(displayId)],
        // Outside every package, where the bucket's own life cycle rules can clear it.
        ResultConfiguration: { OutputLocation: `s3://${secret.user_bucket}/${resultsPrefix}/` },
      }),
      { abortSignal: signal },
    );
    await this.#finished(QueryExecutionId, signal);
    const { ResultSet } = await this.#athena.send(new GetQueryResultsCommand({ QueryExecutionId, MaxResults: mostLinked + 1 }), {
      abortSignal: signal,
    });
    // The first row holds the columns' names.
    return (ResultSet?.Rows ?? []).slice(1).flatMap(({ Data }) => Data?.[0]?.VarCharValue ?? []);
  }

  async #finished(QueryExecutionId: string | undefined, signal: AbortSignal): Promise<void> {
    const deadline = this.#clock.now() + withinMs;
    for (;;) {
      const { QueryExecution } = await this.#athena.send(new GetQueryExecutionCommand({ QueryExecutionId }), { abortSignal: signal });
      const { State, StateChangeReason = 'no reason given' } = QueryExecution?.Status ?? {};
      if (State === QueryExecutionState.SUCCEEDED) return;
      if (State === QueryExecutionState.FAILED || State === QueryExecutionState.CANCELLED)
        throw new Error(`The query for linked packages is ${State}: ${StateChangeReason}`);
      if (this.#clock.now() > deadline) throw new Error('The query for linked packages took longer than a minute');
      await this.#clock.sleep(pollMs, signal);
    }
  }
}

/** Where Athena leaves results, below the user's bucket. */
export const resultsPrefix = 'athena-results';

/** Identifiers cannot be parameters: they are checked here and quoted; the one value is a parameter. */
export function linkedPackagesQuery(database: string, bucket: string, key: string): string {
  const view = `${quoted(database)}.${quoted(`${bucket}_packages-view`)}`;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) throw new Error('pkg_key is no identifier');
  return `SELECT DISTINCT pkg_name FROM ${view} WHERE json_extract_scalar(user_meta, '$.${key}') = ? ORDER BY pkg_name LIMIT ${mostLinked}`;
}

function quoted(identifier: string): string {
  if (!/^[A-Za-z0-9_.-]{1,255}$/.test(identifier)) throw new Error('The name of a database or a view holds what no such name holds');
  return `"${identifier}"`;
}

/** Athena takes parameters as literals of its own language: a text needs its quotes. */
export const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;
