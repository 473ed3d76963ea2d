import assert from 'node:assert/strict'
import { isHubsyncError, memoryStore } from '@hubsync/core'
import { expect, test } from 'vitest'
import { storeCases } from '../src/index.js'
import { brokenAssociations } from './broken/broken-associations.js'
import { brokenCommits } from './broken/broken-commits.js'
import { brokenContent } from './broken/broken-content.js'
import { brokenReads } from './broken/broken-reads.js'
import { memoryHarness } from './memory-harness.js'

const brokenStores = [...brokenCommits, ...brokenAssociations, ...brokenContent, ...brokenReads]

test.each(brokenStores)('a store that $does is caught', async ({ caughtBy, breakIt }) => {
  const found = storeCases.find(({ name }) => name === caughtBy)
  assert.ok(found, `Expected a case named "${caughtBy}"`)
  await found.run(memoryHarness())
  const broken = memoryHarness(() => breakIt(memoryStore()))
  const failure: unknown = await found.run(broken).catch((error: unknown) => error)
  // Any other error would be a fault of the broken store's own making.
  if (!isHubsyncError(failure)) expect(failure).toBeInstanceOf(assert.AssertionError)
})

test('every broken store is broken in its own way', () => {
  expect(new Set(brokenStores.map(({ does }) => does)).size).toBe(brokenStores.length)
})
