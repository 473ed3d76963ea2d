import { describe, test } from 'vitest'
import { defineStoreTests } from '../src/index.js'
import { memoryExemptions } from './memory-exemptions.js'
import { memoryHarness } from './memory-harness.js'

defineStoreTests({ describe, test }, memoryHarness(), { skip: memoryExemptions })
