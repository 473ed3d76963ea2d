import { contacts } from '@hubsync/core'
import { mirrorSchema } from '@hubsync/core/store'
import { expect, test } from 'vitest'
import { findHistories } from '../src/postgres-known-history.js'
import { openTestPlace } from './place.js'

test('a commit looks up a history without reading those of other records, before there are statistics', async () => {
  const { pool, schema, store } = await openTestPlace()
  await (await store()).migrate(mirrorSchema([contacts.extend({ history: ['email'] })], []))
  await pool.query(`INSERT INTO "${schema}".contacts_history
    (portal_id, source_id, property, changed_at, value, source_type, synced_at)
    SELECT '1', id::text, 'email', moment, 'a', 'API', moment
    FROM generate_series(1, 2000) AS id, generate_series('2026-01-01', '2026-01-05', interval '1 day') AS moment`)
  const lookup = { object: 'contacts', property: 'email' }
  const lookups = ['7', '1700'].map((id) => ({
    ...{ ...lookup, id, from: '2026-01-03T00:00:00.000Z', to: '2026-01-04T00:00:00.000Z' },
  }))
  const plans: string[] = []
  const client = await pool.connect()
  await client.query('SET enable_seqscan = off')
  const ask = async ({ text, values }: { text: string; values: unknown[] }) => {
    const { rows } = await client.query(`EXPLAIN (ANALYZE, COSTS OFF) ${text}`, values)
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
    return (await client.query(text, values)).rows
  }
  const found = await findHistories(ask as never, { schema, portalId: '1' }, lookups)
  await client.query('RESET enable_seqscan')
  client.release()
  expect(found.map(({ entries }) => entries.length)).toEqual([4, 4])
  expect(plans[0]).toContain('contacts_history_pkey')
  expect(plans[0]).not.toContain('by_property')
  expect(plans[0]).not.toContain('Rows Removed by')
})
