import { labelledViewName, labelsOf, referenceTables } from '@hubsync/core/store'
import { expect, test } from 'vitest'
import { openTestPlace } from './place.js'
import { reader } from './roles.js'
import { batch, group, portalId, row } from './samples.js'

const table = {
  name: 'contacts',
  type: 'contacts',
  columns: [
    { name: 'ownerId', sqlName: 'owner_id', kind: 'text' as const, property: 'hubspot_owner_id' },
  ],
}
const view = { name: labelledViewName('contacts'), table, labels: labelsOf(table) }
const ann = { key: ['7'], status: 'ACTIVE' as const, values: { firstName: 'Ann' }, raw: {} }

/** A mirror of two contacts of one owner, with the view of contacts, and a role that may read all of it. */
async function filledPlace() {
  const place = await openTestPlace()
  const store = await place.store()
  await store.migrate({ objects: [table], pairs: [], reference: referenceTables })
  await store.commit(
    batch({
      rows: [group('contacts', ...['1', '2'].map((id) => row(id, 1, { ownerId: '7' })))],
      reference: [{ table: 'owners', scope: [], rows: [ann], feed: false }],
    }),
  )
  expect(await store.makeViews([view])).toEqual(['contacts_labelled'])
  const role = await reader(place)
  /** What the role sees in the view. */
  const seen = async () => {
    const client = await place.pool.connect()
    try {
      await client.query(`BEGIN; SET LOCAL ROLE ${role.name}`)
      const name = place.at('contacts_labelled')
      return (await client.query(`SELECT source_id, owner_name FROM ${name} ORDER BY 1`)).rows
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
  }
  return { place, store, role, seen }
}

const both = [
  { source_id: '1', owner_name: 'Ann' },
  { source_id: '2', owner_name: 'Ann' },
]

test('a role that may only read sees the labels', async () => {
  const { seen } = await filledPlace()
  expect(await seen()).toEqual(both)
})

test('a view shows a role no more than row-level security shows it of the tables', async () => {
  const { place, seen } = await filledPlace()
  const contacts = place.at('contacts')
  await place.pool.query(`ALTER TABLE ${contacts} ENABLE ROW LEVEL SECURITY`)
  await place.pool.query(`CREATE POLICY one ON ${contacts} USING (source_id = '1')`)
  expect(await seen()).toEqual(both.slice(0, 1))
})

test('a view that is made again with more columns keeps its grants, and views on it', async () => {
  const { place, store, seen } = await filledPlace()
  await place.pool.query(
    `CREATE VIEW ${place.at('mine')} AS SELECT owner_name FROM ${place.at('contacts_labelled')}`,
  )
  const city = { name: 'city', sqlName: 'city', kind: 'text' as const, property: 'city' }
  const wider = { ...table, columns: [city, ...table.columns] }
  await store.migrate({ objects: [wider], pairs: [] })
  await store.makeViews([{ ...view, table: wider, labels: labelsOf(wider) }])
  expect(await seen()).toEqual(both)
  const { rows } = await place.pool.query(`SELECT * FROM ${place.at('contacts_labelled')}`)
  expect(rows[0]).toHaveProperty('city')
})

test('a view that somebody needs and that would lose a column is left as it is', async () => {
  const { place, store, seen } = await filledPlace()
  await place.pool.query(
    `CREATE VIEW ${place.at('mine')} AS SELECT owner_name FROM ${place.at('contacts_labelled')}`,
  )
  const bare = { ...view, table: { ...table, columns: [] }, labels: [] }
  await expect(store.makeViews([bare])).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/No view was made\. Drop what needs it first: view .*mine/),
  })
  expect(await seen()).toEqual(both)
})

test('what keeps a column from being pruned is named, if it needs the view', async () => {
  const { place, store } = await filledPlace()
  await place.pool.query(
    `CREATE VIEW ${place.at('mine')} AS SELECT owner_name FROM ${place.at('contacts_labelled')}`,
  )
  const parts = [{ table: 'contacts', column: 'owner_id', shared: false }]
  await expect(store.prune(portalId, parts, { dryRun: false })).rejects.toThrow(
    /Nothing was deleted\. Drop what needs it first: view .*mine/,
  )
})
