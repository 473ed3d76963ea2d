import { fillFixture } from '@hubsync/conformance'
import { expect, test } from 'vitest'
import { postgresStore } from '../src/index.js'
import { openTestPlace, type TestPlace } from './place.js'
import { postgresHarness, watched } from './postgres-harness.js'

/** The content of a schema as statements. The same content gives the same statements. */
async function insertsOf({ pool, schema }: TestPlace): Promise<string[]> {
  // In the order of their creation, so that the ends of associations come before the associations.
  const { rows: tables } = await pool.query(
    `SELECT relname AS name, oid::regclass AS at FROM pg_class
WHERE relnamespace = $1::regnamespace AND relkind = 'r' AND relname <> 'sync_schema' ORDER BY oid`,
    [`"${schema}"`],
  )
  const statements: string[] = []
  for (const { name } of tables) {
    const at = `"${schema}"."${name}"`
    const { rows } = await pool.query(
      `SELECT format('%L', to_jsonb(stored)) AS line FROM ${at} AS stored ORDER BY line`,
    )
    for (const { line } of rows)
      statements.push(
        `INSERT INTO ${at} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_record(NULL::${at}, ${line})`,
      )
    if (['sync_changes', 'sync_runs'].includes(name))
      statements.push(
        `SELECT setval(pg_get_serial_sequence('${at}', 'seq'), (SELECT max(seq) FROM ${at}))`,
      )
  }
  return statements
}

/** Each new schema version adds a file here. The old ones stay, so that every later release is tested against them. */
test('the fixture of this schema version is what this version writes', async () => {
  const place = await openTestPlace()
  const made: string[] = []
  const pool = watched(place.pool, (text) => {
    if (/^(CREATE|DROP|INSERT INTO "\w+"\."sync_schema")/.test(text)) made.push(text)
  })
  await fillFixture(postgresStore({ pool, schema: place.schema }))
  const statements = [...made, ...(await insertsOf(place))].join(';\n')
  const version = Math.max(...postgresHarness.versions)
  await expect(`${statements};\n`.replaceAll(`"${place.schema}"`, '"fixture"')).toMatchFileSnapshot(
    `./fixtures/schema-${version}.sql`,
  )
})
