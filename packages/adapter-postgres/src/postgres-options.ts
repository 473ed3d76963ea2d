import { InvalidOptionError } from '@hubsync/core'
import { expectedGot, kindOf, noOptionNamed, unexpected } from '@hubsync/core/store'
import type { PostgresPool } from './postgres-query.js'

/** Where the mirror lives: a server to connect to, or a pool of yours. */
export type PostgresStoreOptions = {
  /**
   * The schema of the tables. If it doesn't exist, it is created, if the role may. If it exists, rights on this schema
   * are enough.
   *
   * @default 'hubspot'
   *
   */
  schema?: string
} & (
  | {
      /**
       * In pg's form: `postgres://user:password@host:5432/database`. Connects at the first call. `close()` closes the
       * connections.
       */
      connectionString: string
    }
  | {
      /**
       * Your own pool, of pg or another with the same `connect`. The store never closes it. With pg's option `pipeline`
       * a commit takes fewer round trips.
       */
      pool: PostgresPool
    }
)

const optionNames = ['connectionString', 'pool', 'schema']

/**
 * Checks the options, and returns the schema's name. No message repeats the connection string, because it contains the
 * password.
 *
 * @throws `InvalidOptionError` if the options name no database, or one that can't be used.
 */
export function expectOptions(options: PostgresStoreOptions): string {
  const {
    connectionString,
    pool,
    schema = 'hubspot',
    ...others
  } = (options ?? {}) as {
    connectionString?: unknown
    pool?: Partial<PostgresPool>
    schema?: unknown
  }
  const [unknown] = Object.keys(others)
  if (unknown !== undefined)
    throw new InvalidOptionError(noOptionNamed(unknown, 'postgresStore(…)', optionNames))
  expectDatabase(connectionString, pool)
  if (typeof schema !== 'string' || !/^[^\0]{1,63}$/u.test(schema) || /^pg_/.test(schema))
    throw unexpected(
      '`schema` in postgresStore(…) to be the name of a schema, 1 to 63 characters long and not starting with pg_',
      schema,
    )
  return schema
}

function expectDatabase(connectionString: unknown, pool: Partial<PostgresPool> | undefined): void {
  const expectation =
    "postgresStore({ connectionString: 'postgres://user:password@host:5432/database' }), or postgresStore({ pool }) with a pool of pg"
  if (connectionString !== undefined && pool !== undefined)
    throw new InvalidOptionError(expectedGot(expectation, 'both'))
  if (pool !== undefined) {
    if (typeof pool?.connect === 'function') return
    throw new InvalidOptionError(expectedGot(expectation, `${kindOf(pool)} as \`pool\``))
  }
  if (typeof connectionString !== 'string' || connectionString === '')
    throw new InvalidOptionError(
      expectedGot(expectation, `${kindOf(connectionString)} as \`connectionString\``),
    )
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(connectionString)?.[1]
  if (scheme && !['postgres', 'postgresql', 'socket'].includes(scheme.toLowerCase()))
    throw new InvalidOptionError(
      expectedGot(
        '`connectionString` to begin with postgres://',
        `one that begins with ${scheme}:`,
      ),
    )
}
