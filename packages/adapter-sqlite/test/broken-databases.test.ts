import assert from 'node:assert/strict'
import { storeCases } from '@hubsync/conformance'
import { isHubsyncError, type Store } from '@hubsync/core'
import { expect, test } from 'vitest'
import type { SqliteDatabase } from '../src/index.js'
import { brokenSqliteStores } from './broken-databases.js'
import { mutants } from './mutants.js'
import { sqliteHarness } from './sqlite-harness.js'

async function expectCaught(caughtBy: string, make: (database: SqliteDatabase) => Store) {
  const found = storeCases.find(({ name }) => name === caughtBy)
  assert.ok(found, `Expected a case named "${caughtBy}"`)
  await found.run(sqliteHarness('better-sqlite3'))
  const failure: unknown = await found
    .run(sqliteHarness('better-sqlite3', make))
    .catch((error: unknown) => error)
  // Any other error would come from a mistake in the broken store itself.
  if (!isHubsyncError(failure)) expect(failure).toBeInstanceOf(assert.AssertionError)
}

test.each(brokenSqliteStores)('a SQLite store that $does is caught', ({ caughtBy, make }) =>
  expectCaught(caughtBy, make),
)

test.each(mutants.map((mutant, place) => ({ ...mutant, place })))(
  'a SQLite store that $does is caught',
  async ({ caughtBy, place }) => {
    const source = new URL('../src/index.ts', import.meta.url).pathname
    const { sqliteStore }: typeof import('../src/index.js') = await import(
      /* @vite-ignore */ `${source}?mutant=${place}`
    )
    await expectCaught(caughtBy, (database) => sqliteStore({ database }))
  },
)
