import { type ColumnKind, column, companies, contacts, deals } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { openStores, type StoreKind, stores } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const jobTitle = contacts.extend({ columns: { job: column.text('jobtitle') } })

/** A mirror of contacts with a column `job`, written by another process. The first store is that process's. */
async function begin(place: StoreKind['place']) {
  const [first, second, third] = openStores(place)
  const world = createWorld(first, { census: '24h', associationSweep: '24h' })
  populate(world.portal, { contacts: 2, companies: 2, deals: 2 })
  const id = world.portal.create('contacts', { jobtitle: 'Boss@X ', city: 'Rome' })
  await world.again({ objects: [jobTitle, companies, deals] as never }).run()
  /** A process that is started anew with another definition of contacts. */
  const anew = (own: object, store = second) =>
    world.again({ store, objects: [own, companies, deals] as never })
  return { ...world, id, anew, third }
}

describe.each(stores)('a definition that has changed, on $name,', ({ place }) => {
  test.each<ColumnKind>(['integer', 'decimal', 'list', 'email', 'datetime'])(
    'is refused by runs and reads with a column that is of kind %s now',
    async (kind) => {
      const { anew, id } = await begin(place)
      const sync = anew(contacts.extend({ columns: { job: column[kind]('jobtitle') } }))
      const refusal = {
        code: 'SCHEMA_CONFLICT',
        message: expect.stringContaining(
          `the column "job" of "contacts" to be of the kind text, which its values have, got ${kind}`,
        ),
      }
      await expect(sync.run()).rejects.toMatchObject(refusal)
      await expect(sync.list('contacts')).rejects.toMatchObject(refusal)
      await expect(sync.syncRecords('contacts', [id])).rejects.toMatchObject(refusal)
    },
  )

  test('fills a column again that has another property now', async () => {
    const { anew, id } = await begin(place)
    const sync = anew(contacts.extend({ columns: { job: column.text('city') } }))
    expect((await sync.run()).status).toBe('complete')
    expect(await sync.get('contacts', id)).toMatchObject({ job: 'Rome' })
  })

  test('has no removed column in what it reads, in whichever process', async () => {
    const { anew, id, store } = await begin(place)
    for (const sync of [anew(contacts), anew(contacts, store)]) {
      expect(await sync.get('contacts', id)).not.toHaveProperty('job')
      expect((await sync.list('contacts')).results[0]).not.toHaveProperty('job')
    }
  })
})
