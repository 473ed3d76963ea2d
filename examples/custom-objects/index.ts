import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { column, contacts, createHubspotSync, defineObject, type InferRow } from '@hubsync/core'

// Contacts with columns of your own, and every property that the portal has in `raw`.
const people = contacts.extend({
  columns: { vip: column.boolean('is_vip'), interests: column.list('interests') },
  properties: 'all',
})
// A custom object. HubSpot shows its type id in its settings.
const pets = defineObject({
  type: process.env.PET_TYPE_ID ?? '2-1234567',
  name: 'pets',
  columns: {
    name: column.text('name'),
    born: column.date('born_on'),
    weight: column.decimal('weight'),
  },
})
type Pet = InferRow<typeof pets>

const emulated = process.env.HUBSPOT_ACCESS_TOKEN ? undefined : await emulatePortal()
const file = emulated ? 'emulated.db' : 'hubspot.db'
// `sqlite:FILE` or `postgres://…`
const place = process.env.HUBSYNC_STORE ?? `sqlite:${file}`
const sync = createHubspotSync({
  objects: [people, pets],
  associations: [['contacts', 'pets']],
  store: place.startsWith('sqlite:')
    ? sqliteStore({ file: place.slice('sqlite:'.length) })
    : postgresStore({ connectionString: place }),
  ...emulated?.options,
})
const report = await sync.run()

const describe = ({ name, born, weight }: Pet) => `${name}, born ${born}, ${weight} kg`
for (const contact of (await sync.list('contacts', { limit: 10 })).results) {
  console.log(contact.email, contact.vip, contact.interests)
  console.log(`  ${Object.keys(contact.raw.properties).length} properties in raw`)
  for (const { record } of await sync.related('contacts', contact.id, 'pets'))
    console.log(`  ${describe(record)}`)
}
await sync.close()
await emulated?.close()
console.log(report.status)
if (report.status === 'failed') process.exitCode = 1

/** An emulated portal, which replaces HubSpot if no token is set. */
async function emulatePortal() {
  const { createPortal } = await import('@hubsync/emulator')
  const portal = createPortal()
  portal.defineProperty('contacts', { name: 'is_vip', type: 'bool' })
  portal.defineProperty('contacts', { name: 'interests', type: 'enumeration' })
  portal.defineObject({
    typeId: '2-1234567',
    name: 'pets',
    properties: [
      { name: 'name', type: 'string' },
      { name: 'born_on', type: 'date' },
      { name: 'weight', type: 'number' },
    ],
    associatedObjects: ['contacts'],
  })
  const ada = { email: 'ada@example.com', is_vip: 'true', interests: 'engines;poetry' }
  const contact = portal.create('contacts', ada)
  const pet = { name: 'Rex', born_on: '2024-02-29', weight: '31.50' }
  portal.associate('contacts', contact, '2-1234567', portal.create('2-1234567', pet))
  const server = await portal.listen()
  return { options: { baseUrl: server.url, accessToken: portal.token }, close: server.close }
}
