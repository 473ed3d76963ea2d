import assert from 'node:assert/strict'
import { type ConformanceCase, migrated, placeCase } from '../conformance-case.js'
import { expectFixture } from '../fixture.js'
import { sampleSchema } from '../sample-schema.js'

export const upgradeCases: readonly ConformanceCase[] = [
  placeCase(
    12,
    'A place of every earlier schema version is upgraded, with its content',
    async (_, harness) => {
      assert.ok(harness.versions.length > 0, 'Expected a fixture of each schema version')
      for (const version of harness.versions) {
        const place = await harness.openAt(version)
        try {
          await expectFixture(await migrated(place))
        } finally {
          await place.dispose()
        }
      }
    },
  ),

  placeCase(
    12,
    'An upgraded place has the tables and columns of a new one',
    async (fresh, harness) => {
      await migrated(fresh)
      const newest = harness.versions.at(-1)
      for (const version of harness.versions) {
        const place = await harness.openAt(version)
        try {
          const stores = Array.from({ length: 5 }, () => place.store())
          await Promise.all(stores.map((store) => store.migrate(sampleSchema)))
          assert.deepEqual((await place.tables()).sort(), (await fresh.tables()).sort())
          for (const table of await fresh.tables())
            assert.deepEqual(
              (await place.columns(table)).sort(),
              (await fresh.columns(table)).sort(),
            )
          const applied = (await place.rows('sync_schema')).map((line) => Number(line.version))
          assert.equal(Math.max(...applied), newest)
        } finally {
          await place.dispose()
        }
      }
    },
  ),
]
