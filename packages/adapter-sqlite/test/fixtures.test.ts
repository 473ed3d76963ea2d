import { fillFixture } from '@hubsync/conformance'
import { expect, test } from 'vitest'
import { drivers } from '../src/sqlite-drivers.js'
import { dumpDatabase } from './dump-database.js'
import { SqlitePlace } from './sqlite-harness.js'

/** Each new schema version adds a file here. The old ones stay, so that every later release is tested against them. */
test.each(drivers)(
  'the fixture of this schema version is what this version writes with %s',
  async (driver) => {
    const place = new SqlitePlace(driver)
    try {
      await fillFixture(place.store())
      const versions = (await place.rows('sync_schema')).map(({ version }) => Number(version))
      const dump = dumpDatabase(place.connect())
      await expect(dump).toMatchFileSnapshot(`./fixtures/schema-${Math.max(...versions)}.sql`)
    } finally {
      await place.dispose()
    }
  },
)
