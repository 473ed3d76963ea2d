import assert from 'node:assert/strict'
import { type ConformanceCase, historyCase, placeCase } from '../conformance-case.js'
import { entry, read, readingOf, rowWith } from '../sample-history.js'
import { batch, group, minute, otherPortalId, portalId } from '../sample-rows.js'
import { historySchema, sampleSchema } from '../sample-schema.js'

const gap = (id: string, property: string, after: number, before: number, foundAt: number) => ({
  ...{ id, property, after: minute(after), before: minute(before) },
  ...{ foundAt: minute(foundAt), mergedFrom: null },
})

/** A reading that leaves a gap before each of these minutes. */
const apart = (property: string, ...minutes: number[]) =>
  minutes.map((at) => group('contacts', rowWith('1', { [property]: [entry(at)] })))

export const historyGapCases: readonly ConformanceCase[] = [
  historyCase('The gaps of an object are counted by property', async (store) => {
    await store.commit(batch({ rows: apart('stage', 1, 3, 5) }))
    await store.commit(batch({ rows: apart('constructor', 1, 3) }))
    await read(store, 200, '2', { stage: readingOf(1), owner: readingOf(4) })
    await read(store, 300, '2', { stage: readingOf(9), owner: readingOf(4, 5) })
    const { counts } = await store.gapsOf(portalId, 'contacts', 1)
    assert.deepEqual(
      new Map(Object.entries(counts)),
      new Map(Object.entries({ stage: 3, constructor: 1 })),
    )
    await read(store, 400, '2', { stage: readingOf(1, 9) })
    assert.equal((await store.gapsOf(portalId, 'contacts', 1)).counts.stage, 2)
  }),

  historyCase('The gaps of an object that were found last come first', async (store) => {
    for (const id of ['1', '2', '10'])
      await read(store, 100, id, { stage: readingOf(1), b: readingOf(1) })
    await read(store, 300, '1', { stage: readingOf(7) })
    await read(store, 200, '2', { stage: readingOf(9) })
    await read(store, 400, '10', { stage: readingOf(5), b: readingOf(6) })
    await read(store, 400, '2', { b: readingOf(6) })
    const latest = [
      gap('2', 'b', 1, 6, 400),
      gap('10', 'b', 1, 6, 400),
      gap('10', 'stage', 1, 5, 400),
      gap('1', 'stage', 1, 7, 300),
      gap('2', 'stage', 1, 9, 200),
    ]
    assert.deepEqual((await store.gapsOf(portalId, 'contacts', 9)).latest, latest)
    assert.deepEqual((await store.gapsOf(portalId, 'contacts', 2)).latest, latest.slice(0, 2))
  }),

  historyCase('The gaps of an object are those of its records in one portal', async (store) => {
    const rows = apart('stage', 1, 3)
    await store.commit(batch({ rows }))
    const items = rows.map(({ rows, feed }) => ({ object: 'items', rows, feed }))
    await store.commit(batch({ rows: items }))
    await store.commit(batch({ portalId: otherPortalId, rows: [...rows, ...apart('stage', 5)] }))
    for (const object of ['contacts', 'items'])
      assert.deepEqual((await store.gapsOf(portalId, object, 9)).counts, { stage: 1 })
    const { counts, latest } = await store.gapsOf(otherPortalId, 'contacts', 9)
    assert.deepEqual([counts, latest.length], [{ stage: 2 }, 2])
  }),

  placeCase(22, 'An object without a history has no gaps', async (place) => {
    const store = place.store()
    await store.migrate(sampleSchema)
    await store.missing(historySchema)
    const none = { counts: {}, latest: [] }
    assert.deepEqual(await store.gapsOf(portalId, 'contacts', 9), none)
    await store.migrate(historySchema)
    assert.deepEqual(await store.gapsOf(portalId, 'contacts', 9), none)
    assert.deepEqual(await store.gapsOf(portalId, 'companies', 9), none)
  }),
]
