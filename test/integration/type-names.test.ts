import { column, companies, deals, defineObject } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld } from './support/world.js'

const columns = { email: column.email('email'), firstName: column.text('firstname') }

describe.each(storesWithoutSqlJs)('a type on $name', ({ open }) => {
  test.each(['contact', 'CONTACTS', '0-1'])(
    'is mirrored alike by whatever name HubSpot takes for it: %s',
    async (type) => {
      const people = defineObject({ type, name: 'people', columns })
      const { portal, sync, clock } = createWorld(open(), { objects: [people, companies, deals] })
      const contact = portal.create('contacts', { email: 'ada@example.com' })
      const company = portal.create('companies', { name: 'Analytical Engines' })
      portal.associate('contacts', contact, 'companies', company)
      await clock.advance(7_200_000)
      expect((await sync.run()).status).toBe('complete')
      expect(await sync.related('people', contact, 'companies')).toMatchObject([
        { record: { name: 'Analytical Engines' } },
      ])
      await clock.advance(60_000)
      portal.update('contacts', contact, { firstname: 'Ada' })
      expect((await sync.run({ jobs: ['people'] })).status).toBe('complete')
      expect(await sync.get('people', contact)).toMatchObject({
        firstName: 'Ada',
        url: expect.stringMatching(/\/record\/0-1\//),
      })
      const paths = portal.calls.map(({ path }) => path).filter((path) => /contact|0-1/i.test(path))
      expect(paths.filter((path) => !path.includes('contacts'))).toEqual([])
    },
  )

  test('is known to every call that names an object by whatever name HubSpot takes for it', async () => {
    const people = defineObject({ type: 'contacts', name: 'people', columns })
    const { portal, sync } = createWorld(open(), {
      objects: [people, companies],
      associations: [['contact', '0-2']],
    })
    const contact = portal.create('contacts', {})
    const company = portal.create('companies', {})
    portal.associate('contacts', contact, 'companies', company)
    await sync.run()
    const named = (name: string) => name as 'people'
    portal.update('contacts', contact, { firstname: 'Ada' })
    expect(await sync.syncRecords(named('contact'), [contact])).toMatchObject({ updated: 1 })
    portal.update('contacts', contact, { firstname: 'Grace' })
    await sync.enqueue([{ object: named('0-1'), id: contact }])
    expect(await sync.syncQueued()).toBe(1)
    expect(await sync.get(named('Contacts'), contact)).toMatchObject({ firstName: 'Grace' })
    expect((await sync.list(named('contacts'))).results).toHaveLength(1)
    expect(await sync.related(named('0-2'), company, named('contact'))).toHaveLength(1)
    expect(await sync.resolve(named('contact'), contact)).toBe(contact)
    expect(await sync.completeUpTo(named('contact'))).not.toBeNull()
    const report = await sync.refreshProperties({ objects: ['contact'], properties: ['firstname'] })
    expect(Object.keys(report.jobs)).toEqual(['people:refresh'])
    await expect(sync.get(named('deals'), contact)).rejects.toThrow(
      /a mirrored object \(people, companies\), got "deals"/,
    )
  })
})
