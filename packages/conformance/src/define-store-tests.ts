import { show, unexpected } from '@hubsync/core/store'
import { storeCases } from './store-cases.js'
import type { StoreHarness } from './store-harness.js'

/** What is used of a test runner: vitest, `node:test` and others have it. */
export interface TestRunner {
  /** Groups the cases under the name of the harness. */
  describe(name: string, define: () => void): unknown
  /** Registers a case; its `skip` registers one that isn't run. */
  test: {
    (name: string, run: () => Promise<void>): unknown
    skip(name: string, run: () => Promise<void>): unknown
  }
}

/** A case that a store is exempt from, and why. */
export interface Exemption {
  /** The exact name of the case. */
  name: string
  /** Why the store can't pass it, in words. The test is skipped with them. */
  reason: string
}

/**
 * Registers the cases with a runner, one test for each.
 *
 * @throws `InvalidOptionError` where an exemption names no case, or gives no reason.
 *
 * @example
 * ```ts
 * import { describe, test } from 'vitest'
 * defineStoreTests({ describe, test }, harness)
 * ```
 */
export function defineStoreTests(
  { describe, test }: TestRunner,
  harness: StoreHarness,
  { skip = [] }: { skip?: readonly Exemption[] } = {},
): void {
  const reasons = new Map(skip.map(({ name, reason }) => [name, reason]))
  for (const [name, reason] of reasons) {
    if (!storeCases.some((each) => each.name === name))
      throw unexpected('`skip` to name cases of @hubsync/conformance', name)
    if (reason.trim() === '') throw unexpected(`a reason for skipping ${show(name)}`, reason)
  }
  describe(harness.name, () => {
    for (const { name, invariant, run } of storeCases) {
      const reason = reasons.get(name)
      if (reason === undefined) test(`${invariant}. ${name}`, () => run(harness))
      else test.skip(`${invariant}. ${name} (not here: ${reason})`, () => run(harness))
    }
  })
}
