import { show, unexpected } from '@hubsync/core/store'
import { storeCases } from './store-cases.js'
import type { StoreHarness } from './store-harness.js'

/** The functions of a test runner that are used. vitest, `node:test` and others have them. */
export interface TestRunner {
  /** Defines a group: the cases are in one with the name of the harness. */
  describe(name: string, define: () => void): unknown
  /** Registers a test. `skip` registers one that isn't run. */
  test: {
    (name: string, run: () => Promise<void>): unknown
    skip(name: string, run: () => Promise<void>): unknown
  }
}

/** A case that a store is exempt from, with the reason. */
export interface Exemption {
  /** The exact name of the case. */
  name: string
  /** Why the store can't pass it. The title of the skipped test contains it. */
  reason: string
}

/**
 * Registers one test per case with a test runner.
 *
 * @throws `InvalidOptionError` if an exemption has no reason, or its name isn't that of a case.
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
