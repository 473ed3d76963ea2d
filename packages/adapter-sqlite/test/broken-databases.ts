import { HubsyncError, type Store } from '@hubsync/core'
import { type SqliteDatabase, sqliteStore } from '../src/index.js'

/** A store with one defect, and the case that catches it. */
interface BrokenSqliteStore {
  readonly does: string
  readonly caughtBy: string
  make(database: SqliteDatabase): Store
}

const lent = (database: SqliteDatabase): Store => sqliteStore({ database })

export const brokenSqliteStores: readonly BrokenSqliteStore[] = [
  {
    does: 'reports a refused row as any other failure',
    caughtBy:
      'A commit that a constraint of the user refuses fails with ROW_REFUSED, and changes nothing',
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
    does: 'swallows the errors of migrations',
    caughtBy:
      'A migration that fails at any of its statements leaves nothing behind, and can be repeated',
    make(database) {
      const store = lent(database)
      return { ...store, migrate: (schema) => store.migrate(schema).catch(() => undefined) }
    },
  },
  {
    does: 'creates a table when the store is created',
    caughtBy: 'Creating a store and calling portals() create no tables',
    make(database) {
      database.exec('CREATE TABLE IF NOT EXISTS sync_early (note TEXT)')
      return lent(database)
    },
  },
  {
    does: 'creates its tables when it is closed',
    caughtBy: 'Closing a store that was never used creates no tables',
    make(database) {
      const store = lent(database)
      return { ...store, close: () => store.migrate({ objects: [], pairs: [] }) }
    },
  },
  {
    does: 'closes a lent database',
    caughtBy: 'A lent connection is used, and stays open when the store is closed',
    make(database) {
      const store = lent(database)
      return { ...store, close: async () => void database.close() }
    },
  },
  {
    does: 'still works after it was closed',
    caughtBy: 'Every call of a closed store is refused',
    make: (database) => ({ ...lent(database), close: async () => undefined }),
  },
  {
    does: 'drops the tables that the schema does not name',
    caughtBy: 'Migrating to a smaller schema removes nothing',
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
]
