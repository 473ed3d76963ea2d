import { DatabaseSync } from 'node:sqlite'
import { defineStoreTests } from '@hubsync/conformance'
import { describe, test } from 'vitest'
import { type SqliteDatabase, sqliteStore } from '../src/index.js'
import { harnessOf } from './sqlite-harness.js'

/** Node's own SQLite has the methods that are used, so it can be lent too. */
const harness = harnessOf(
  'sqliteStore on node:sqlite',
  (database) => sqliteStore({ database }),
  (file) => new DatabaseSync(file) as unknown as SqliteDatabase,
)

defineStoreTests({ describe, test }, harness)
