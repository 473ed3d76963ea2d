import { describe, expect, test } from 'vitest'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

describe.each(storesWithoutSqlJs)('changesOf() on $name', ({ open }) => {
  test('gives the entries of one record, newest first, in the words of the feed', async () => {
    const { portal, sync, clock } = createWorld(open(), { census: false, associationSweep: false })
    const { contacts: people, companies: firms } = populate(portal, {
      ...{ contacts: 5, companies: 5, deals: 0 },
    })
    await sync.run()
    const [id, other] = people as [string, string]
    const change = async (firstname: string) => {
      await clock.advance(60_000)
      for (const contact of [id, other]) portal.update('contacts', contact, { firstname })
      portal.update('companies', firms[0] as string, { name: firstname })
      await sync.run()
    }
    await change('one')
    await change('two')
    const { results } = await sync.changes({ limit: 1_000 })
    const own = results.filter((entry) => entry.object === 'contacts' && entry.id === id)
    expect(own).toHaveLength(2)
    expect(await sync.changesOf('contacts', id)).toEqual(own.toReversed())
    expect(await sync.changesOf('contacts', id, { limit: 1 })).toEqual([own[1]])
    expect(await sync.changesOf('companies', id)).toEqual([])
    const before = own[1]?.seq
    expect(await sync.changesOf('contacts', id, { before, limit: 1 })).toEqual([own[0]])
    await expect(sync.changesOf('contacts', id, { before: 0.5 })).rejects.toThrow(
      'the `seq` of the last entry of the previous page',
    )
  })
})
