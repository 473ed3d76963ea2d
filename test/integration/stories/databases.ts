import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { memoryStore, type Store } from '@hubsync/core'
import pg from 'pg'
import { backUpFile, restoreFile } from '../support/file-backup.js'
import { backUpPortal } from './portal-backup.js'

/** Where a story's mirror lives. Every process has a store of its own there. */
export interface Database {
  store(): Store
  /** The portal of the story. Where many stories share a database, each has another. */
  portalId: number
  /** Whether other portals are in it, so that a mirror has to be told which one is meant. */
  shared: boolean
  /** Notes all that is in it. Gives what sets it back to that, once no process is at it; undefined where that can't be. */
  backUp(): Promise<(() => Promise<void>) | undefined>
  close(): Promise<void>
}

/** A kind of database, and how stories come by one. */
export interface DatabaseKind {
  name: string
  /** Opens one for a story. */
  open(): Promise<Database>
  close(): Promise<void>
}

/** So many stories share a schema of Postgres: making one takes longer than most stories. */
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

/** A file for each story, in memory where the machine has a place for that. */
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
  // Its own time-outs are longer than those that a story has on its clock.
  const pool = new pg.Pool({ connectionString, max: 8, idleTimeoutMillis: 30_000 })
  // As of a server that is stopped right after the last story.
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
      // The server measures the silence of a dead process by its own clock, which doesn't go by the story's.
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
