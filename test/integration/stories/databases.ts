import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { memoryStore, type Store } from '@hubsync/core'
import pg from 'pg'
import { backUpFile, restoreFile } from '../support/file-backup.js'
import { backUpPortal } from './portal-backup.js'

/** The database of a story's mirror. Every process has a store of its own on it. */
export interface Database {
  store(): Store
  /** The portal of the story. Stories that share a database have different ones. */
  portalId: number
  /** Whether the database has other portals, so that a mirror needs to be told its own. */
  shared: boolean
  /**
   * Saves everything in the database. Returns a function that restores it, once no process uses it; undefined if it
   * can't be restored.
   */
  backUp(): Promise<(() => Promise<void>) | undefined>
  close(): Promise<void>
}

/** A kind of database, and a function that opens one for a story. */
export interface DatabaseKind {
  name: string
  /** Opens one for a story. */
  open(): Promise<Database>
  close(): Promise<void>
}

/** The number of stories that share a schema of Postgres: creating a schema takes longer than most stories. */
const STORIES_A_SCHEMA = 40
const PORTAL = 147_000_001

export function memory(): DatabaseKind {
  return {
    name: 'memory',
    async open() {
      const store = memoryStore()
      return {
        store: () => store,
        ...{ portalId: PORTAL, shared: false },
        backUp: async () => undefined,
        close: async () => {},
      }
    },
    async close() {},
  }
}

/** A file per story, in memory if the machine has enough of it. */
export function sqlite(): DatabaseKind {
  const memoryFolder = '/dev/shm'
  const folder = mkdtempSync(
    join(existsSync(memoryFolder) ? memoryFolder : tmpdir(), 'hubsync-stories-'),
  )
  let files = 0
  return {
    name: 'SQLite',
    async open() {
      const file = join(folder, `${++files}.db`)
      const opened: Store[] = []
      let backups = 0
      const closeStores = async () => {
        for (const store of opened.splice(0)) await store.close()
      }
      return {
        store() {
          const store = sqliteStore({ file })
          opened.push(store)
          return store
        },
        portalId: PORTAL,
        shared: false,
        async backUp() {
          const copy = `${file}.${++backups}`
          if (existsSync(file)) await backUpFile(file, copy)
          return async () => {
            await closeStores()
            restoreFile(file, copy)
          }
        },
        async close() {
          await closeStores()
          for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
        },
      }
    },
    async close() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function postgres(connectionString: string): DatabaseKind {
  // Its own time limits are longer than those of a story, which go by the story's clock.
  const pool = new pg.Pool({ connectionString, max: 8, idleTimeoutMillis: 30_000 })
  // As if the server were stopped right after the last story.
  pool.on('error', () => {})
  let [stories, schema] = [0, '']
  const drop = async () => {
    if (schema !== '') await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
  }
  return {
    name: 'Postgres',
    async open() {
      if (stories % STORIES_A_SCHEMA === 0) {
        await drop()
        schema = `stories_${process.pid}_${stories / STORIES_A_SCHEMA}`
      }
      const portalId = PORTAL + stories++
      // The server measures the silence of a dead process by its own clock, which isn't the story's.
      const { lease, leases } = memoryStore()
      return {
        store: () => ({ ...postgresStore({ pool, schema }), lease, leases }),
        ...{ portalId, shared: true },
        backUp: () => backUpPortal(pool, schema, portalId),
        close: async () => {},
      }
    },
    async close() {
      await drop()
      await pool.end()
    },
  }
}
