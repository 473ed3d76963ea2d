import assert from 'node:assert/strict'
import { storeCases } from '@hubsync/conformance'
import { isHubsyncError } from '@hubsync/core'
import { expect, test } from 'vitest'
import { brokenSqliteStores } from './broken-databases.js'
import { sqliteHarness } from './sqlite-harness.js'

test.each(brokenSqliteStores)('a SQLite store that $does is caught', async ({ caughtBy, make }) => {
  const found = storeCases.find(({ name }) => name === caughtBy)
  assert.ok(found, `Expected a case named "${caughtBy}"`)
  await found.run(sqliteHarness('better-sqlite3'))
  const failure: unknown = await found
    .run(sqliteHarness('better-sqlite3', make))
    .catch((error: unknown) => error)
  // Any other error would be a fault of the broken store's own making.
  if (!isHubsyncError(failure)) expect(failure).toBeInstanceOf(assert.AssertionError)
})
