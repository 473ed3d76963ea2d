import type { Store } from '@hubsync/core'
import { historySchema, referenceSchema, sampleSchema } from './sample-schema.js'
import type { Place, StoreHarness } from './store-harness.js'

/** A test of one rule that every store keeps. It asserts with `node:assert/strict`, so any test runner can run it. */
export interface ConformanceCase {
  /** A sentence. An exemption names the case by it. */
  readonly name: string
  /** The number of the invariant in the documentation of `Store`. */
  readonly invariant: number
  /** Runs the case in a place of its own, which it removes afterwards. Rejects if the store doesn't pass. */
  run(harness: StoreHarness): Promise<void>
}

/** A case that starts with an empty place, without any migration. */
export function placeCase(
  invariant: number,
  name: string,
  check: (place: Place, harness: StoreHarness) => Promise<void>,
): ConformanceCase {
  return {
    name,
    invariant,
    async run(harness) {
      const place = await harness.open()
      try {
        await check(place, harness)
      } finally {
        await place.dispose()
      }
    },
  }
}

/** A case that starts with a store that has migrated to the sample schema. */
export function storeCase(
  invariant: number,
  name: string,
  check: (store: Store, place: Place) => Promise<void>,
): ConformanceCase {
  return placeCase(invariant, name, async (place) => check(await migrated(place), place))
}

/** A case that starts with a store that has migrated to the sample schema with the reference tables. */
export function referenceCase(
  name: string,
  check: (store: Store, place: Place) => Promise<void>,
): ConformanceCase {
  return placeCase(20, name, async (place) => {
    const store = place.store()
    await store.migrate(referenceSchema)
    await check(store, place)
  })
}

/** A case that starts with a store that has migrated to the sample schema with histories. */
export function historyCase(
  name: string,
  check: (store: Store, place: Place) => Promise<void>,
): ConformanceCase {
  return placeCase(22, name, async (place) => {
    const store = place.store()
    await store.migrate(historySchema)
    await check(store, place)
  })
}

/** Another handle on a place. It has migrated to the sample schema. */
export async function migrated(place: Place): Promise<Store> {
  const store = place.store()
  await store.migrate(sampleSchema)
  return store
}
