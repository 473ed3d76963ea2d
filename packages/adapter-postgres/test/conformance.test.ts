import { defineStoreTests } from '@hubsync/conformance'
import { describe, test } from 'vitest'
import { postgresHarness } from './postgres-harness.js'

defineStoreTests({ describe, test }, postgresHarness)
