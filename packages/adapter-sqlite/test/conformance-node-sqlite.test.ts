import { defineStoreTests } from '@hubsync/conformance'
import { describe, test } from 'vitest'
import { sqliteHarness } from './sqlite-harness.js'

const endsTextsAtNul = {
  name: 'A text with NUL in it is read back unchanged',
  reason: 'node:sqlite of Node.js 22 reads a text up to its first NUL',
}

defineStoreTests({ describe, test }, sqliteHarness('node:sqlite'), {
  skip: process.versions.node.startsWith('22.') ? [endsTextsAtNul] : [],
})
