import { companies, contacts, deals, isHubsyncError } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { sharedDatabases } from './support/shared-database.js'
import { createWorld, populate } from './support/world.js'

describe.each(sharedDatabases)(
  'beside a table "contacts" of the user\'s own, on $name:',
  ({ open }) => {
    const withContacts = async () => {
      const database = open()
      await database.byHand('CREATE TABLE contacts (id integer, email text)')
      return database
    }

    test('the refusal says how to name the object otherwise', async () => {
      const { sync } = createWorld((await withContacts()).store())
      await expect(sync.run()).rejects.toMatchObject({
        code: 'SCHEMA_CONFLICT',
        message: expect.stringContaining('contacts.extend({ name })'),
      })
    })

    test('an object that extend() has named otherwise is mirrored with its pairs', async () => {
      const people = contacts.extend({ name: 'crm_contacts' })
      const { portal, sync, store } = createWorld((await withContacts()).store(), {
        objects: [people, companies, deals] as const,
      })
      const ids = populate(portal, { contacts: 12, companies: 4, deals: 4 })
      expect((await sync.run()).status).toBe('complete')
      expect(sync.jobs).toContain('crm_contacts:archived')
      expect(await sync.get('crm_contacts', ids.contacts[0] as string)).toMatchObject({
        email: 'person.0@example.com',
      })
      expect(
        await store.related(String(portal.portalId), 'crm_contacts_companies', {
          fromId: ids.contacts[0] as string,
        }),
      ).not.toEqual([])
    })
  },
)

test('the refusal for a table that begins with sync_ speaks of no object', async () => {
  const [sqlite] = sharedDatabases
  const database = sqlite?.open()
  await database?.byHand('CREATE TABLE sync_runs (id integer)')
  const { sync } = createWorld(database?.store() as never)
  const error: unknown = await sync.run().catch((error: unknown) => error)
  expect(isHubsyncError(error) && error.code).toBe('SCHEMA_CONFLICT')
  expect(String(error)).toMatch(/rename that table/)
})
