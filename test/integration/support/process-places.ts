import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import type { Store } from '@hubsync/core'
import { inject } from 'vitest'
import { ageLeases, temporaryFolder, temporarySchema } from './stores.js'

/** The place of a mirror, for processes to open and for the test to read. */
export interface ProcessPlace {
  given: [place: string, schema: string]
  open(): Store
  /** Makes two minutes pass in which nobody renews a lease. The test has no connection of its own meanwhile. */
  waitForSilence(): Promise<void>
}

const SILENCE_MS = 121_000

/** Makes two minutes pass in which nobody renews a lease in a SQLite file. */
export function silenceInFile(file: string): void {
  const database = new DatabaseSync(file, { timeout: 5_000 })
  const past = `strftime('%Y-%m-%dT%H:%M:%fZ', renewed_at, '-${SILENCE_MS / 1_000} seconds')`
  database.exec(`UPDATE sync_leases SET renewed_at = ${past}`)
  database.close()
}

/** The databases that processes share. */
export const processPlaces: { name: string; make: () => ProcessPlace }[] = [
  {
    name: 'SQLite',
    make() {
      const file = join(temporaryFolder(), 'hubspot.db')
      return {
        given: [file, ''],
        open: () => sqliteStore({ file }),
        waitForSilence: async () => silenceInFile(file),
      }
    },
  },
  {
    name: 'Postgres',
    make() {
      const [connectionString, schema] = [inject('databaseUrl'), temporarySchema()]
      return {
        given: [connectionString, schema],
        open: () => postgresStore({ connectionString, schema }),
        waitForSilence: () => ageLeases(schema, SILENCE_MS),
      }
    },
  },
]
