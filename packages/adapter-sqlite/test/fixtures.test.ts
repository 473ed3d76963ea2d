import { fillFixture } from '@hubsync/conformance'
import { expect, test } from 'vitest'
import { dumpDatabase } from './dump-database.js'
import { SqlitePlace } from './sqlite-harness.js'

/** A new schema version writes a new file here, and the old ones stay: every later release is tested against them. */
test('the fixture of this schema version is what this version writes', async () => {
  const place = new SqlitePlace()
  try {
    await fillFixture(place.store())
    const versions = (await place.rows('sync_schema')).map(({ version }) => Number(version))
    const dump = dumpDatabase(place.connect())
    await expect(dump).toMatchFileSnapshot(`./fixtures/schema-${Math.max(...versions)}.sql`)
  } finally {
    await place.dispose()
  }
})
