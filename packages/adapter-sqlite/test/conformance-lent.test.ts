import { defineStoreTests } from '@hubsync/conformance'
import { describe, test } from 'vitest'
import { lending, otherReadings, sqliteHarness } from './sqlite-harness.js'

describe('lent, with safe integers', () => {
  const harness = sqliteHarness('better-sqlite3', lending, otherReadings['better-sqlite3'])
  defineStoreTests({ describe, test }, harness)
})

describe('lent, with readBigInts and returnArrays', () => {
  const harness = sqliteHarness('node:sqlite', lending, otherReadings['node:sqlite'])
  defineStoreTests({ describe, test }, harness)
})
