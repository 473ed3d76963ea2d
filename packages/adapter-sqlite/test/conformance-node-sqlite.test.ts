import { defineStoreTests } from '@hubsync/conformance'
import { describe, test } from 'vitest'
import { sqliteHarness } from './sqlite-harness.js'

defineStoreTests({ describe, test }, sqliteHarness('node:sqlite'))
