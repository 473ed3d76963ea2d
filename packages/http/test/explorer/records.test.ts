import { column, companies, contacts, deals } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { databases } from '../support/stores.js'
import { visitor } from '../support/visitor.js'
import { createWorld, pets } from '../support/world.js'

async function explorer(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld({ handler: { auth: 'all' }, ...options })
  const browser = visitor(world.handler)
  await browser.signIn('all')
  return { ...world, browser }
}

const textIn = (html: string) =>
  html
    .replaceAll(/<\/?bdi>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')

/** The text of a section by its heading. */
function section(text: string, heading: string): string {
  const [, found = ''] = new RegExp(`<h2[^>]*>${heading}</h2>(.*?)</section>`, 's').exec(text) ?? []
  return textIn(found)
}

describe.each(databases)('the page of a record on $name', ({ open }) => {
  test('has its columns, its associations with their labels, and all of raw', async () => {
    const { browser, ids } = await explorer({ database: open() })
    const [contact, company, deal, pet] = [ids.contacts, ids.companies, ids.deals, ids.pets].map(
      ([first]) => first,
    )
    const { status, text } = await browser.open(`/explorer/contacts/${contact}`)
    expect(status).toBe(200)
    expect(section(text, 'Values')).toMatch(/Email email person\.0@example\.com/)
    expect(section(text, 'Values')).toMatch(/Last name lastName no value/i)
    expect(section(text, 'Associated companies')).toContain('Company 0 Primary')
    for (const [object, id] of Object.entries({ companies: company, deals: deal, pets: pet }))
      expect(text).toContain(`href="/explorer/${object}/${id}"`)
    const raw = section(text, 'Raw').replaceAll('&quot;', '"')
    expect(raw).toContain('"email": "Person.0@Example.com"')
    expect(text).toMatch(/<a href="https:\/\/app[^"]+" rel="noopener noreferrer">Open in HubSpot/)
  })

  test('has what changed when, newest first, by labels', async () => {
    const { browser, ids, portal, sync, clock } = await explorer({ database: open() })
    const id = ids.deals[0] as string
    const change = async (properties: Record<string, string>) => {
      await clock.advance(60_000)
      portal.update('deals', id, properties)
      await sync.run()
    }
    await change({ pipeline: 'default', dealstage: 'closedwon' })
    await change({ dealname: 'Renamed' })
    await change({ pipeline: 'default', dealstage: 'closedlost' })
    const { text } = await browser.open(`/explorer/deals/${id}`)
    const changes = section(text, 'What changed')
    expect(changes).toMatch(/Closed won to Closed lost.*from Deal 0 to Renamed.*to Closed won/)
    expect(changes).toMatch(/updated 2026-06-01 04:0\d:\d\d/)
    const other = await browser.open(`/explorer/deals/${ids.deals[1]}`)
    expect(section(other.text, 'What changed')).toContain('Nothing since the first read')
  })

  test('of a merged record leads to the record that it was merged into', async () => {
    const { browser, ids, portal, sync, clock } = await explorer({ database: open() })
    const [winner, loser] = ids.companies as [string, string]
    await clock.advance(60_000)
    portal.merge('companies', winner, loser)
    await clock.advance(60_000)
    await sync.run()
    const { status, headers } = await browser.open(`/explorer/companies/${loser}`)
    const location = headers.get('location') ?? ''
    expect([status, location]).toEqual([
      302,
      expect.stringMatching(/^\/explorer\/companies\/\d+\?merged=\d+$/),
    ])
    expect(location).toContain(`merged=${loser}`)
    const { text } = await browser.open(location)
    expect(text).toContain(`The record ${loser} was merged into this one.`)
  })
})

test('a change has the currency that the record had then', async () => {
  const money = deals.extend({ columns: { currency: column.text('deal_currency_code') } })
  const { browser, ids, portal, sync, clock } = await explorer({
    objects: [contacts, companies, money, pets],
  })
  const id = ids.deals[1] as string
  const dollars = [{ amount: '5', deal_currency_code: 'USD' }, { amount: '7' }]
  for (const properties of [...dollars, { deal_currency_code: 'EUR' }]) {
    await clock.advance(60_000)
    portal.update('deals', id, properties)
    await sync.run()
  }
  const { text } = await browser.open(`/explorer/deals/${id}`)
  expect(section(text, 'What changed')).toContain('from USD 5.00 to USD 7.00')
})

test('the pages of earlier changes and values have the currency that only raw has', async () => {
  const whole = deals.extend({ properties: ['deal_currency_code'], history: ['amount'] })
  const { browser, ids, portal, sync, clock } = await explorer({
    objects: [contacts, companies, whole, pets],
  })
  const id = ids.deals[1] as string
  for (const amount of ['5', '7']) {
    await clock.advance(60_000)
    portal.update('deals', id, { amount, deal_currency_code: 'EUR' })
    await sync.run()
  }
  for (const past of ['changes', 'history'])
    expect(textIn((await browser.open(`/explorer/deals/${id}/${past}`)).text), past).toContain(
      'from EUR 5.00 to EUR 7.00',
    )
})

test('the page of a record has the history of its properties as a time line, with labels and who did it', async () => {
  const kept = deals.extend({
    columns: { currency: column.text('deal_currency_code') },
    history: ['stage', 'amount', 'ownerId'],
  })
  const { browser, ids, portal, sync, clock } = await explorer({
    objects: [contacts, companies, kept, pets],
  })
  const id = ids.deals[1] as string
  const ann = portal.createOwner({ email: 'ann@example.com', firstName: 'Ann', lastName: 'Lee' })
  const userId = Number(portal.owners()[0]?.userId)
  const source = { sourceType: 'CRM_UI', sourceId: `userId:${userId}`, updatedByUserId: userId }
  const change = async (properties: Record<string, string>) => {
    await clock.advance(60_000)
    portal.update('deals', id, properties, { source })
  }
  await change({ pipeline: 'default', dealstage: 'closedwon', deal_currency_code: 'EUR' })
  await change({ dealstage: 'closedlost', amount: '' })
  await change({ hubspot_owner_id: ann, amount: '25' })
  await clock.advance(60_000)
  await sync.run()
  const { text } = await browser.open(`/explorer/deals/${id}`)
  const history = section(text, 'History in HubSpot')
  expect(history).toMatch(/set 2026-06-01 04:0\d:\d\d by Ann Lee [\w ]*owner: Ann Lee/i)
  expect(history).toMatch(/from Closed won to Closed lost/i)
  expect(history).toMatch(/cleared .*Amount: from EUR 10\.50 to no value/)
  expect(history).toMatch(/Amount: from no value to EUR 25\.00/)
  const other = await browser.open(`/explorer/contacts/${ids.contacts[0]}`)
  expect(other.text).not.toContain('History in HubSpot')
})

test('many associated records are on pages of their own', async () => {
  const { browser, ids, portal, sync, clock } = await explorer()
  const company = ids.companies[0] as string
  const more = portal.createMany('contacts', 140, () => ({ firstname: 'More' }))
  await clock.advance(60_000)
  for (const contact of more) portal.associate('contacts', contact, 'companies', company)
  await sync.run()
  const links = (text: string) => [...text.matchAll(/href="\/explorer\/contacts\/\d+"/g)].length
  const { text } = await browser.open(`/explorer/companies/${company}`)
  expect(links(text)).toBe(25)
  let found = 25
  for (let next = text; ; ) {
    const [, path] = /href="([^"]+)">More contacts/.exec(next) ?? []
    if (!path) break
    next = (await browser.open(path)).text
    found += links(next)
  }
  expect(found).toBe(await associated(sync, company))
})

async function associated(
  sync: Awaited<ReturnType<typeof createWorld>>['sync'],
  company: string,
): Promise<number> {
  return (await sync.related('companies', company, 'contacts', { raw: false })).length
}

test('associated records of a record that is unknown are not found, and of a merged one are those of the winner', async () => {
  const { browser, ids, portal, sync, clock } = await explorer()
  const [winner, loser] = ids.companies as [string, string]
  await clock.advance(60_000)
  portal.merge('companies', winner, loser)
  await clock.advance(60_000)
  await sync.run()
  expect((await browser.open('/explorer/companies/1/contacts')).status).toBe(404)
  const { status, headers } = await browser.open(`/explorer/companies/${loser}/contacts`)
  expect(status).toBe(302)
  expect(headers.get('location')).toMatch(/^\/explorer\/companies\/\d+\?merged=\d+$/)
})

test('an address that names another record as merged is not believed', async () => {
  const { browser, ids } = await explorer()
  const { text } = await browser.open(`/explorer/companies/${ids.companies[0]}?merged=666`)
  expect(text).not.toContain('666')
  expect(text).not.toContain('was merged into')
})

test.each(['1', 'x', '999999999999999999999'])(
  'the page of the unknown record %j says that there is none',
  async (id) => {
    const { browser } = await explorer()
    const { status, text } = await browser.open(`/explorer/contacts/${encodeURIComponent(id)}`)
    expect(status).toBe(404)
    expect(text).toContain('<h1>Not found</h1>')
  },
)
