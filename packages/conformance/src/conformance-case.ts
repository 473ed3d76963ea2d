import type { Store } from '@hubsync/core'
import { sampleSchema } from './sample-schema.js'
import type { Place, StoreHarness } from './store-harness.js'

/** One thing that every store does. It asserts with `node:assert/strict`, so any runner can run it. */
export interface ConformanceCase {
  /** A sentence, and the name that an exemption goes by. */
  readonly name: string
  /** The number of the invariant in the documentation of `Store`. */
  readonly invariant: number
  /** Opens a place of its own, and removes it. Rejects where the store doesn't hold. */
  run(harness: StoreHarness): Promise<void>
}

/** A case that begins with an empty place, where nothing was migrated. */
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

/** A case that begins with a store that has the tables of the samples. */
export function storeCase(
  invariant: number,
  name: string,
  check: (store: Store, place: Place) => Promise<void>,
): ConformanceCase {
  return placeCase(invariant, name, async (place) => check(await migrated(place), place))
}

/** Another handle on a place, with the tables of the samples. */
export async function migrated(place: Place): Promise<Store> {
  const store = place.store()
  await store.migrate(sampleSchema)
  return store
}
