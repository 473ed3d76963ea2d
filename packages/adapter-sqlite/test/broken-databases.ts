import { HubsyncError, type Store } from '@hubsync/core'
import { type SqliteDatabase, sqliteStore } from '../src/index.js'

/** A store that is wrong in one way, and the case that notices. */
interface BrokenSqliteStore {
  readonly does: string
  readonly caughtBy: string
  make(database: SqliteDatabase): Store
}

/** A store whose SQL is changed on its way into the database. */
function rewriting(from: string | RegExp, to: string) {
  const rewritten = (sql: string) => sql.replace(from, to)
  return (database: SqliteDatabase): Store =>
    sqliteStore({
      database: {
        prepare: (sql) => database.prepare(rewritten(sql)),
        exec: (sql) => database.exec(rewritten(sql)),
        close: () => database.close(),
      },
    })
}

const lent = (database: SqliteDatabase): Store => sqliteStore({ database })

export const brokenSqliteStores: readonly BrokenSqliteStore[] = [
  {
    does: 'commits every statement by itself',
    caughtBy: 'A commit that fails at any of its statements changes nothing, and can be made again',
    make: rewriting(/^(BEGIN IMMEDIATE|COMMIT|ROLLBACK)$/, 'SELECT 1'),
  },
  {
    does: 'keeps what it has written when a statement fails',
    caughtBy: 'A commit that fails at any of its statements changes nothing, and can be made again',
    make: rewriting(/^ROLLBACK$/, 'COMMIT'),
  },
  {
    does: 'tells of a refused row as of any failure',
    caughtBy:
      'A commit that a constraint of the user refuses says so by its code, and changes nothing',
    make(database) {
      const store = lent(database)
      const commit: Store['commit'] = (batch) =>
        store.commit(batch).catch(({ message }: Error) => {
          throw new HubsyncError('STORE_FAILED', message)
        })
      return { ...store, commit }
    },
  },
  {
    does: 'keeps the tables it has made when a migration fails',
    caughtBy:
      'A migration that fails at any of its statements leaves nothing behind, and can be made again',
    make: rewriting(/^ROLLBACK$/, 'COMMIT'),
  },
  {
    does: 'swallows the errors of migrations',
    caughtBy:
      'A migration that fails at any of its statements leaves nothing behind, and can be made again',
    make(database) {
      const store = lent(database)
      return { ...store, migrate: (schema) => store.migrate(schema).catch(() => undefined) }
    },
  },
  {
    does: 'makes a table when it is made',
    caughtBy: 'Making a store makes nothing, nor does asking it for its portals',
    make(database) {
      database.exec('CREATE TABLE IF NOT EXISTS sync_early (note TEXT)')
      return lent(database)
    },
  },
  {
    does: 'makes its tables when it is closed',
    caughtBy: 'A store that was never used is closed without making anything',
    make(database) {
      const store = lent(database)
      return { ...store, close: () => store.migrate({ objects: [], pairs: [] }) }
    },
  },
  {
    does: 'closes what was lent',
    caughtBy: 'A lent connection is used, and stays open when the store is closed',
    make(database) {
      const store = lent(database)
      return { ...store, close: async () => void database.close() }
    },
  },
  {
    does: 'goes on after it was closed',
    caughtBy: 'Every call of a closed store is refused',
    make: (database) => ({ ...lent(database), close: async () => undefined }),
  },
  {
    does: 'takes a table that somebody else made for its own',
    caughtBy: 'A table that somebody else made is refused and left as it is: companies',
    make: rewriting(
      'FROM pragma_table_info(?)',
      "FROM pragma_table_info('contacts') WHERE ? <> ''",
    ),
  },
  {
    does: 'drops the tables that the schema does not name',
    caughtBy: 'A schema without what is there removes nothing',
    make(database) {
      const store = lent(database)
      return {
        ...store,
        async migrate(schema) {
          await store.migrate(schema)
          if (!schema.objects.some(({ name }) => name === 'items'))
            database.exec('DROP TABLE items')
        },
      }
    },
  },
  {
    does: 'goes on with the schema of a later release',
    caughtBy: 'A schema of a later release is refused and left as it is',
    make: rewriting('coalesce(max(version), 0)', 'min(coalesce(max(version), 0), 1)'),
  },
  {
    does: 'makes a table with a column less than the releases before',
    caughtBy: 'An upgraded place has the tables and columns of a new one',
    make: rewriting(/ {2}source_created_year INTEGER.*,\n/, ''),
  },
  {
    does: 'reads the content of an earlier release wrongly',
    caughtBy: 'A place of every earlier schema version is upgraded, with what it holds',
    make: rewriting('SELECT state FROM', `SELECT '{}' AS state FROM`),
  },
  {
    does: 'keeps decimals as floating-point numbers',
    caughtBy: 'Decimals are exact in the database itself',
    make: rewriting('"decimal" TEXT', '"decimal" REAL'),
  },
  {
    does: 'looks up no tombstone, and writes it again',
    caughtBy: 'A tombstone that comes again changes nothing',
    make: rewriting(/^(SELECT .* FROM sync_tombstones\n)WHERE/, '$1WHERE false AND'),
  },
  {
    does: 'leaves the content of removed records in the feed',
    caughtBy: 'What is removed leaves no content, in whatever table',
    make: rewriting(`SET columns = '{}'`, 'SET columns = columns'),
  },
  {
    does: 'links records that are archived',
    caughtBy: 'An association with an archived end is left out and counted',
    make: rewriting(/ AND source_status = 'ACTIVE'$/, ''),
  },
  {
    does: 'leaves an archived row the associations of pairs that have left the schema',
    caughtBy: 'The associations of a pair that has left the schema go with their ends',
    make: rewriting('FROM sync_pairs\nWHERE', 'FROM sync_pairs\nWHERE false AND'),
  },
  {
    does: 'looks up ends of associations in every portal',
    caughtBy: 'An association does not find its end in another portal',
    make: rewriting(
      /WHERE portal_id = \? (AND .* AND source_status = 'ACTIVE')$/,
      `WHERE ? <> '' $1`,
    ),
  },
  {
    does: 'counts the rows of every portal',
    caughtBy: 'A portal reads as empty while another one is full',
    make: rewriting('WHERE portal_id = ? GROUP BY', `WHERE ? <> '' GROUP BY`),
  },
  {
    does: 'numbers changes from the start when all were forgotten',
    caughtBy: 'The number of an entry that is forgotten is never given again',
    make: rewriting('seq INTEGER PRIMARY KEY AUTOINCREMENT', 'seq INTEGER PRIMARY KEY'),
  },
  {
    does: 'compares ids without case',
    caughtBy: 'An id is a text of its own, whatever it looks like',
    make: rewriting(/source_id TEXT NOT NULL/g, 'source_id TEXT NOT NULL COLLATE NOCASE'),
  },
]
