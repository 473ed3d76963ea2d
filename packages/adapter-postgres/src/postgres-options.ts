import { InvalidOptionError } from '@hubsync/core'
import type { PostgresPool } from './postgres-query.js'

/** Where the mirror lives: a server to connect to, or a pool of yours. */
export type PostgresStoreOptions = {
  /**
   * The schema that the tables are in. Made where it doesn't exist, if the role may; otherwise rights on it alone are enough.
   *
   * @default 'hubspot'
   */
  schema?: string
} & (
  | {
      /** As pg takes it: `postgres://user:password@host:5432/database`. Connected at the first call, closed by `close()`. */
      connectionString: string
    }
  | {
      /** A pool of yours, of pg or another with its `connect`. It is never closed. With pg's option `pipeline` a commit takes fewer trips to the server. */
      pool: PostgresPool
    }
)

/** Gives the schema's name. No message repeats the connection string: it holds the password. */
export function expectOptions(options: PostgresStoreOptions): string {
  const {
    connectionString,
    pool,
    schema = 'hubspot',
  } = (options ?? {}) as {
    connectionString?: unknown
    pool?: Partial<PostgresPool>
    schema?: unknown
  }
  const lent = typeof pool?.connect === 'function'
  const own = typeof connectionString === 'string' && connectionString !== ''
  if (lent ? connectionString !== undefined : pool !== undefined || !own)
    throw new InvalidOptionError(
      "Expected postgresStore({ connectionString: 'postgres://user:password@host:5432/database' }), or postgresStore({ pool }) with a pool of pg.",
    )
  const scheme = own && /^([a-z][a-z\d+.-]*):/i.exec(connectionString)?.[1]
  if (scheme && !['postgres', 'postgresql', 'socket'].includes(scheme.toLowerCase()))
    throw new InvalidOptionError(
      `Expected \`connectionString\` to begin with postgres://, got one that begins with ${scheme}:.`,
    )
  if (typeof schema !== 'string' || !/^[^\0]{1,63}$/u.test(schema) || /^pg_/.test(schema))
    throw new InvalidOptionError(
      `Expected \`schema\` to be the name of a schema, 1 to 63 characters long and not starting with pg_, got ${JSON.stringify(schema)}.`,
    )
  return schema
}
