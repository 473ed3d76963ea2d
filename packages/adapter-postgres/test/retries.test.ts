import { expect, onTestFinished, test } from 'vitest'
import { failWrites, openTestPlace, untilBlockedBy } from './place.js'
import { batch, group, minute, portalId, row, schema } from './samples.js'

const move = (from: number | null, to: number) => ({
  checkpoint: {
    stream: 'contacts',
    expected: from === null ? null : { page: from },
    next: { page: to },
  },
  rows: [group('contacts', row(`${to}`))],
})

for (const [state, what] of [
  ['40001', 'a serialization failure'],
  ['40P01', 'a deadlock'],
] as const) {
  test(`a commit that was rolled back because of ${what} is retried`, async () => {
    const place = await openTestPlace()
    const store = await place.store()
    await failWrites(place, state, 3)
    await store.commit(batch(move(null, 1)))
    expect(await store.readCheckpoint(portalId, 'contacts')).toEqual({ page: 1 })
    expect(await store.changes(portalId, { limit: 9 })).toHaveLength(1)
  })

  test(`a commit that is rolled back at every attempt because of ${what} fails, and nothing is written`, async () => {
    const place = await openTestPlace()
    const store = await place.store()
    await failWrites(place, state, 10)
    await expect(store.commit(batch(move(null, 1)))).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(
        /at every attempt.*Run again.*Nothing of this commit was written/,
      ),
    })
    expect(await store.readCheckpoint(portalId, 'contacts')).toBeNull()
    await store.commit(batch(move(null, 1)))
    expect(await store.ids(portalId, 'contacts', { limit: 9 })).toEqual(['1'])
  })
}

test('a commit succeeds after a deadlock with another transaction', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(batch({ rows: [group('contacts', row('1'), row('2'))] }))
  const client = await place.pool.connect()
  onTestFinished(() => client.release())
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
  const lock = (id: string) =>
    client.query(`SELECT 1 FROM ${place.at('contacts')} WHERE source_id = $1 FOR UPDATE`, [id])
  await client.query('BEGIN')
  await lock('2')
  const commit = store.commit(batch({ rows: [group('contacts', row('1', 5), row('2', 5))] }))
  await untilBlockedBy(place.pool, rows[0].pid)
  // The server rolls one of the two back.
  await lock('1').catch(() => {})
  await client.query('ROLLBACK')
  expect((await commit).rows.contacts?.updated).toBe(2)
  expect((await store.get(portalId, 'contacts', '2'))?.updatedAt).toBe(minute(5))
})

test('a migration that was rolled back because of a deadlock is retried', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await failWrites(place, '40P01', 2, 'sync_pairs')
  const [contacts, ...others] = schema.objects
  const city = { name: 'city', sqlName: 'city', kind: 'text', property: 'city' } as const
  const columns = [...(contacts?.columns ?? []), city]
  const back = { name: 'companies_contacts', from: 'companies', to: 'contacts' }
  await store.migrate({
    objects: [{ ...contacts!, columns }, ...others],
    pairs: [...schema.pairs, back],
  })
  await store.commit(batch({ rows: [group('contacts', row('1', 1, { city: 'Berlin' }))] }))
  expect((await store.get(portalId, 'contacts', '1'))?.values.city).toBe('Berlin')
})
