import { column, contacts, deals } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import { describe, expect, test } from 'vitest'
import { createOwnersWorld } from '../support/owners-world.js'
import { databases } from '../support/stores.js'
import { visitor } from '../support/visitor.js'
import { createWorld } from '../support/world.js'

async function explorer(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createOwnersWorld({ handler: { auth: 'all' }, ...options })
  const browser = visitor(world.handler)
  await browser.signIn('all')
  return { ...world, browser }
}

const textIn = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

function section(text: string, heading: string): string {
  const [, found = ''] = new RegExp(`<h2[^>]*>${heading}</h2>(.*?)</section>`, 's').exec(text) ?? []
  return found
}

const linksTo = (text: string, path: string) => text.includes(`href="/explorer/${path}"`)

describe.each(databases)('owners and teams on $name', ({ open }) => {
  test('are tables, which are filtered and searched as those of objects are', async () => {
    const { browser, ada, ben, cy, sales } = await explorer({ database: open() })
    const start = await browser.open('/explorer')
    expect([linksTo(start.text, 'owners'), linksTo(start.text, 'teams')]).toEqual([true, true])
    const shown = async (path: string) => {
      const { text } = await browser.open(`/explorer/${path}`)
      return [ada, ben, cy].map((id) => linksTo(text, `owners/${id}`))
    }
    expect(await shown('owners')).toEqual([true, true, false])
    expect(await shown('owners?status=ALL')).toEqual([true, true, true])
    expect(await shown('owners?search=ada@example.com')).toEqual([true, false, false])
    expect(await shown('owners?search=Ada+Okafor')).toEqual([true, false, false])
    expect(await shown('owners?by=lastName&is=')).toEqual([false, true, false])
    expect(await shown('owners?search=9999')).toEqual([false, false, false])
    const teams = await browser.open('/explorer/teams')
    expect(linksTo(teams.text, `teams/${sales}`)).toBe(true)
    const { text } = await browser.open('/explorer/owners/csv?column=email')
    expect(text).toContain('"ada@example.com"')
  })

  test('lead to each other', async () => {
    const { browser, ada, ben, sales } = await explorer({ database: open() })
    const owner = await browser.open(`/explorer/owners/${ada}`)
    expect(owner.status).toBe(200)
    expect(owner.text).toContain('<h1><bdi>Ada Okafor</bdi></h1>')
    expect(textIn(section(owner.text, 'Teams'))).toContain('Sales main team')
    const team = await browser.open(`/explorer/teams/${sales}`)
    expect(team.text).toContain('<h1><bdi>Sales</bdi></h1>')
    for (const id of [ada, ben])
      expect(linksTo(section(team.text, 'Owners'), `owners/${id}`)).toBe(true)
    expect((await browser.open(`/explorer/teams/${sales}/owners`)).status).toBe(200)
    for (const path of ['owners/1', 'teams/1', 'owners/1/teams', `owners/${ada}/contacts`])
      expect([path, (await browser.open(`/explorer/${path}`)).status]).toEqual([path, 404])
  })
})

test('a record leads to its owner, and an owner to the records, listed where an index makes that cheap', async () => {
  const indexed = deals.extend({
    columns: { ownerId: column.text('hubspot_owner_id', { index: true }) },
  })
  const { browser, ada, ids, portal, sync, clock } = await explorer({
    objects: [contacts, indexed],
    associations: [['contacts', 'deals']],
  })
  await clock.advance(60_000)
  const [contact, deal, other] = [ids.contacts[0], ids.deals[0], ids.deals[1]] as [
    string,
    string,
    string,
  ]
  portal.update('contacts', contact, { hubspot_owner_id: ada })
  portal.update('deals', deal, { hubspot_owner_id: ada })
  await sync.run()
  const record = await browser.open(`/explorer/contacts/${contact}`)
  expect(record.text).toContain(`<a href="/explorer/owners/${ada}"><bdi>Ada Okafor</bdi></a>`)
  const { text } = await browser.open(`/explorer/owners/${ada}`)
  const [own, unread] = [section(text, 'Owner of deals'), section(text, 'Owner of contacts')]
  expect([linksTo(own, `deals/${deal}`), linksTo(own, `deals/${other}`)]).toEqual([true, false])
  expect(unread).not.toContain(`/contacts/${contact}`)
  const [, all = ''] = /href="([^"]+)">All contacts/.exec(unread) ?? []
  const table = await browser.open(all.replaceAll('&amp;', '&'))
  expect(linksTo(table.text, `contacts/${contact}`)).toBe(true)
  expect(table.text).toContain('1 record<')
})

test('an owner whom the mirror does not have is no link', async () => {
  const { browser, ids, portal, sync, clock } = await explorer()
  await clock.advance(60_000)
  portal.update('contacts', ids.contacts[0] as string, { hubspot_owner_id: '424242' })
  await sync.run()
  const { text } = await browser.open(`/explorer/contacts/${ids.contacts[0]}`)
  expect(text).toContain('<bdi>424242</bdi>')
  expect(text).not.toContain('/explorer/owners/424242')
})

test('a mirror that leaves owners out does not offer them, and says why', async () => {
  const { handler } = await createWorld({ handler: { auth: 'all' }, reference: [] })
  const browser = visitor(handler)
  await browser.signIn('all')
  const start = await browser.open('/explorer')
  expect(linksTo(start.text, 'owners')).toBe(false)
  for (const path of ['owners', 'teams', 'owners/1']) {
    const { status, text } = await browser.open(`/explorer/${path}`)
    expect([path, status]).toEqual([path, 404])
    expect(text).toContain('leaves them out')
  }
})

test('before the first run the pages say that nothing is mirrored yet', async () => {
  const { database } = await createWorld({ run: false })
  const reader = createHttpHandler({ store: database.store(), auth: 'all' })
  const browser = visitor(reader)
  await browser.signIn('all')
  for (const path of ['', '/', '/owners', '/owners/1', '/contacts', '/contacts/1/changes']) {
    const { status, text } = await browser.open(`/explorer${path}`)
    expect([path, status < 500 || status === 503]).toEqual([path, true])
    expect(text).toContain('<main>')
  }
  await reader.close()
})
