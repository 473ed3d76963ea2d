import type { ReferenceName, ReferenceRow, ReferenceSet } from '@hubsync/core/store'
import { referenceTables } from '@hubsync/core/store'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { portalId, schema } from './schema.js'
import { SqlitePlace } from './sqlite-harness.js'

let place: SqlitePlace
beforeEach(() => {
  place = new SqlitePlace()
})
afterEach(() => place.dispose())

const referenceSchema = { ...schema, reference: referenceTables }
const at = '2026-01-05T00:00:00.000Z'
const rowOf = (...key: ReferenceRow['key']): ReferenceRow => {
  return { key, status: 'ACTIVE', values: {}, raw: {} }
}
const reading = (table: ReferenceName, ...rows: ReferenceRow[]): ReferenceSet => {
  return { table, scope: [], rows, feed: true }
}

test('every reference table and its columns say what they are', async () => {
  await place.store().migrate(referenceSchema)
  for (const { name } of referenceTables) {
    const { sql } = place
      .connect()
      .prepare('SELECT sql FROM sqlite_master WHERE name = ?')
      .get(name) as { sql: string }
    const lines = sql.split('\n').filter((line) => !/^ {2}(PRIMARY|FOREIGN) KEY|^\)/.test(line))
    expect(lines).toHaveLength((await place.columns(name)).length + 1)
    for (const line of lines) expect(line, name).toMatch(/\/\* \S.+\. \*\/,?$/)
  }
})

test('a stage without its pipeline is refused by the database itself', async () => {
  const store = place.store()
  await store.migrate(referenceSchema)
  const stage = reading('pipeline_stages', rowOf('deals', 'p', 's'))
  const commit = (...reference: ReferenceSet[]) => store.commit({ portalId, at, reference })
  await expect(commit(stage)).rejects.toMatchObject({ code: 'ROW_REFUSED', kind: 'FOREIGN KEY' })
  await commit(stage, reading('pipelines', rowOf('deals', 'p')))
  expect(await store.reference(portalId, 'pipeline_stages', [])).toHaveLength(1)
})

test('the error for a table of yours that has the name of a reference table says what to do', async () => {
  await place.occupy('owners')
  await expect(place.store().migrate(referenceSchema)).rejects.toMatchObject({
    code: 'SCHEMA_CONFLICT',
    message: expect.stringContaining('set `reference` to a list without it, or to `false`'),
  })
})

test('a table of yours that refuses the deletion of a reference row is named', async () => {
  const store = place.store()
  await store.migrate(referenceSchema)
  const commit = (...rows: ReferenceRow[]) =>
    store.commit({ portalId, at, reference: [reading('owners_teams', ...rows)] })
  await commit(rowOf('1', '5'))
  place.run(`CREATE TABLE desks (portal_id TEXT, owner_id TEXT, team_id TEXT,
FOREIGN KEY (portal_id, owner_id, team_id) REFERENCES owners_teams (portal_id, owner_id, team_id));
INSERT INTO desks VALUES ('${portalId}', '1', '5')`)
  await expect(commit()).rejects.toMatchObject({ code: 'ROW_REFUSED', tables: ['desks'] })
})

test('parts of reference tables are read by their key, without a sort', async () => {
  await place.store().migrate(referenceSchema)
  const lines = place
    .connect()
    .prepare(
      `EXPLAIN QUERY PLAN SELECT * FROM property_options
WHERE portal_id = '1' AND object = 'deals' ORDER BY portal_id, object, property, value`,
    )
    .all() as { detail: string }[]
  expect(lines.map(({ detail }) => detail)).toEqual([
    'SEARCH property_options USING INDEX sqlite_autoindex_property_options_1 (portal_id=? AND object=?)',
  ])
})
