import assert from 'node:assert/strict'
import { isHubsyncError, memoryStore } from '@hubsync/core'
import { expect, test } from 'vitest'
import { storeCases } from '../src/index.js'
import { brokenAssociations } from './broken/broken-associations.js'
import { brokenCommits } from './broken/broken-commits.js'
import { brokenFeeds } from './broken/broken-feed.js'
import { brokenFilters } from './broken/broken-filters.js'
import { brokenHistories } from './broken/broken-history.js'
import { brokenLeases } from './broken/broken-leases.js'
import { brokenPortals } from './broken/broken-portals.js'
import { brokenPruning } from './broken/broken-pruning.js'
import { brokenReads } from './broken/broken-reads.js'
import { brokenReference } from './broken/broken-reference.js'
import { brokenRows } from './broken/broken-rows.js'
import { brokenRuns } from './broken/broken-runs.js'
import { brokenTombstones } from './broken/broken-tombstones.js'
import { brokenValues } from './broken/broken-values.js'
import { brokenViews } from './broken/broken-views.js'
import { memoryHarness } from './memory-harness.js'

const brokenStores = [
  ...brokenCommits,
  ...brokenRows,
  ...brokenAssociations,
  ...brokenTombstones,
  ...brokenValues,
  ...brokenPortals,
  ...brokenReads,
  ...brokenFeeds,
  ...brokenRuns,
  ...brokenLeases,
  ...brokenFilters,
  ...brokenPruning,
  ...brokenViews,
  ...brokenReference,
  ...brokenHistories,
]

test.each(brokenStores)('a store that $does is caught', async ({ caughtBy, breakIt }) => {
  const found = storeCases.find(({ name }) => name === caughtBy)
  assert.ok(found, `Expected a case named "${caughtBy}"`)
  await found.run(memoryHarness())
  const broken = memoryHarness(() => breakIt(memoryStore()))
  const failure: unknown = await found.run(broken).catch((error: unknown) => error)
  // Any other error would come from a mistake in the broken store itself.
  if (!isHubsyncError(failure)) expect(failure).toBeInstanceOf(assert.AssertionError)
})

test('every broken store is broken in its own way', () => {
  expect(new Set(brokenStores.map(({ does }) => does)).size).toBe(brokenStores.length)
})
