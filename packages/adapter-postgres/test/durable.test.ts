import { expect, test } from 'vitest'
import { openTestPlace, testPool } from './place.js'
import { watched } from './postgres-harness.js'
import { batch, group, row } from './samples.js'

/**
 * A store on a pool with this `synchronous_commit`, and the setting at each of its commits, as the connection reports
 * it.
 */
async function storeSetTo(setting: string) {
  const place = await openTestPlace()
  const commits: unknown[] = []
  const pool = testPool({ max: 1, options: `-c synchronous_commit=${setting}` })
  const store = await place.store(
    watched(pool, async (text, client) => {
      if (text !== 'COMMIT') return
      const { rows } = await client.query('SHOW synchronous_commit')
      commits.push(rows[0].synchronous_commit)
    }),
  )
  commits.length = 0
  return { store, commits }
}

const content = { rows: [group('contacts', row('1'))] }

test('a durable commit is on the disk before the server answers, whatever the role has set', async () => {
  const { store, commits } = await storeSetTo('off')
  await store.commit({ ...batch(content), durable: true })
  expect(commits).toEqual(['on'])
})

test('other commits keep the setting of the role', async () => {
  const { store, commits } = await storeSetTo('off')
  await store.commit({ ...batch(content), durable: true })
  await store.commit(batch(content))
  expect(commits).toEqual(['on', 'off'])
})

test.each(['local', 'remote_write', 'on', 'remote_apply'])(
  'a durable commit waits for at least what the role has set: %s',
  async (setting) => {
    const { store, commits } = await storeSetTo(setting)
    await store.commit({ ...batch(content), durable: true })
    expect(commits).toEqual([setting])
  },
)
