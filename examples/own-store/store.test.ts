import { defineStoreTests } from '@hubsync/conformance'
import { describe, test, vi } from 'vitest'
import { ownHarness } from './harness.ts'

vi.setConfig({ testTimeout: 60_000 })

defineStoreTests({ describe, test }, ownHarness)
