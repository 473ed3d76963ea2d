import { column, companies, contacts, deals, type ObjectDefinition } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { searchesFor } from '../../src/explorer/table-query.js'
import { databases } from '../support/stores.js'
import { visitor } from '../support/visitor.js'
import { createWorld, pets } from '../support/world.js'

async function explorer(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld({ handler: { auth: 'all' }, ...options })
  const browser = visitor(world.handler)
  await browser.signIn('all')
  return { ...world, browser }
}

/** The rows of the table on a page, each as the texts of its cells. */
function rowsIn(text: string): string[][] {
  const body = /<tbody[^>]*>(.*)<\/tbody>/s.exec(text)?.[1] ?? ''
  return [...body.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => textIn(cell)),
  )
}

function textIn(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&#39;', "'")
    .trim()
}

const firstColumn = (text: string) => rowsIn(text).map(([first]) => first)

test('the explorer leads from the status page to the objects and their records', async () => {
  const { browser, ids } = await explorer()
  expect((await browser.open('/')).text).toContain('href="/explorer/contacts"')
  const start = await browser.open('/explorer')
  for (const name of ['contacts', 'companies', 'deals', 'pets'])
    expect(start.text).toContain(`href="/explorer/${name}"`)
  const { text } = await browser.open('/explorer/pets')
  expect(rowsIn(text).map(([name]) => name)).toEqual(ids.pets.map((id, i) => `Pet ${i} ${id}`))
  for (const id of ids.pets) expect(text).toContain(`href="/explorer/pets/${id}"`)
})

describe.each(databases)('a table on $name', ({ open }) => {
  test('is filtered by values of columns, as a list is', async () => {
    const { browser } = await explorer({ database: open() })
    const filtered = async (query: string) =>
      firstColumn((await browser.open(`/explorer/contacts?${query}`)).text).length
    expect(await filtered('by=email&is=PERSON.7@example.com')).toBe(1)
    expect(await filtered('by=lastName&is=')).toBe(6)
    expect(await filtered('by=lastName&is=&by=firstName&is=First+5')).toBe(1)
    expect(await filtered('by=&is=ignored')).toBe(30)
    expect(await filtered('by=email&is=nobody@example.com')).toBe(0)
  })

  test('is searched by e-mail, by name and by id', async () => {
    const { browser, ids } = await explorer({ database: open() })
    const found = async (search: string, object = 'contacts') => {
      const query = new URLSearchParams({ search })
      return firstColumn((await browser.open(`/explorer/${object}?${query}`)).text)
    }
    const seventh = `First 7 Last 7 ${ids.contacts[7]}`
    expect(await found('person.7@EXAMPLE.com')).toEqual([seventh])
    expect(await found('First 7')).toEqual([seventh])
    expect(await found('Last 7')).toEqual([seventh])
    expect(await found('First 7 Last 7')).toEqual([seventh])
    expect(await found(ids.contacts[7] as string)).toEqual([seventh])
    expect(await found('company-2.example', 'companies')).toHaveLength(1)
    expect(await found('Nobody')).toEqual([])
  })
})

test('a table has pages of 50, each record once', async () => {
  const { browser, portal, sync } = await explorer()
  portal.createMany('contacts', 90, (index) => ({ firstname: `More ${index}` }))
  await sync.run()
  const seen: (string | undefined)[] = []
  const sizes: number[] = []
  for (let path: string | undefined = '/explorer/contacts?column=firstName'; path; ) {
    const { text } = await browser.open(path)
    const rows = firstColumn(text)
    seen.push(...rows)
    sizes.push(rows.length)
    path = /<a href="([^"]+)" rel="next">/.exec(text)?.[1]?.replaceAll('&amp;', '&')
  }
  expect(sizes).toEqual([50, 50, 20])
  expect(new Set(seen).size).toBe(120)
})

test('a table has the columns that are chosen, and keeps them on the next page', async () => {
  const { browser, portal, sync } = await explorer()
  portal.createMany('contacts', 30, () => ({}))
  await sync.run()
  const { text } = await browser.open(
    '/explorer/contacts?column=phone&column=createdAt&column=nope',
  )
  const [, headings = ''] = /<thead[^>]*>(.*?)<\/thead>/s.exec(text) ?? []
  expect(textIn(headings)).toMatch(/^Record Phone number Created$/i)
  expect(text).toMatch(/column=phone&amp;column=createdAt&amp;after=\d+" rel="next"/)
})

test('a table of all columns has a short address on every page, however many there are', async () => {
  const many = Array.from({ length: 400 }, (_, index) => `aPropertyWithALongName${index}`)
  const wide = contacts.extend({
    columns: Object.fromEntries(many.map((name) => [name, column.text(name.toLowerCase())])),
  })
  const { browser, portal, sync } = await explorer({
    objects: [wide],
    associations: [],
    run: false,
  })
  for (const name of many)
    portal.defineProperty('contacts', { name: name.toLowerCase(), type: 'string' })
  portal.createMany('contacts', 30, () => ({}))
  await sync.run()
  const { text } = await browser.open('/explorer/contacts?columns=all')
  const [, headings = ''] = /<thead[^>]*>(.*?)<\/thead>/s.exec(text) ?? []
  const shown = textIn(headings).toLowerCase().split(' ')
  expect(many.filter((name) => !shown.includes(name.toLowerCase()))).toEqual([])
  const [, next = ''] = /href="([^"]+)" rel="next"/.exec(text) ?? []
  expect(next).toMatch(/^\/explorer\/contacts\?columns=all&amp;after=\d+$/)
  expect(text).toContain('href="/explorer/contacts/csv?columns=all" download')
  // What the form sends next is short too.
  expect(text).toMatch(/<input type="checkbox" name="columns" value="all" checked>/)
  expect(text).not.toMatch(/name="column" value="\w+" checked/)
})

test('a table shows archived records on request', async () => {
  const { browser, portal, sync, ids, clock } = await explorer()
  portal.archive('deals', ids.deals[0] as string)
  await clock.advance(60_000)
  await sync.run()
  const count = async (query: string) =>
    firstColumn((await browser.open(`/explorer/deals${query}`)).text).length
  expect([await count(''), await count('?status=ARCHIVED'), await count('?status=ALL')]).toEqual([
    5, 1, 6,
  ])
})

test('a filter that does not fit its column is told, and keeps what was typed', async () => {
  const { browser } = await explorer()
  const { status, text } = await browser.open('/explorer/deals?by=amount&is=%3Cb%3Emuch')
  expect(status).toBe(400)
  expect(text).toMatch(/role="alert">Expected the filter by amount to have /)
  expect(text).toContain('value="&lt;b&gt;much"')
  const unknown = await browser.open('/explorer/deals?by=nope&is=1')
  expect(unknown.status).toBe(400)
})

test('two filters by one column are told, as no record has two values in it', async () => {
  const { browser } = await explorer()
  const { status, text } = await browser.open(
    '/explorer/contacts?by=email&is=a@example.com&by=email&is=b@example.com',
  )
  expect(status).toBe(400)
  expect(text).toContain('role="alert">Expected one filter by email, but got several.')
})

test('more filters than a form has room for are told, and the form stays small', async () => {
  const { browser } = await explorer()
  const one = await browser.open('/explorer/contacts')
  const { status, text } = await browser.open(`/explorer/contacts?${'by=email&is=&'.repeat(600)}`)
  expect(status).toBe(400)
  expect(text).toContain('role="alert">Expected at most 20 filters.')
  expect(text.length).toBeLessThan(20 * one.text.length)
})

test('a search by id finds only what the filters let through', async () => {
  const { browser, ids } = await explorer()
  const id = ids.contacts[3] as string
  const found = async (filter: string) =>
    firstColumn((await browser.open(`/explorer/contacts?search=${id}&by=email&is=${filter}`)).text)
  expect(await found('person.3@example.com')).toHaveLength(1)
  expect(await found('person.4@example.com')).toEqual([])
})

test('a search by id compares decimals by their value, as filters do', async () => {
  const { browser, portal, sync } = await explorer()
  const id = portal.create('deals', { dealname: 'Exact', amount: '4321.50' })
  await sync.run()
  for (const amount of ['4321.5', '4321.50', '4321.500']) {
    const filtered = `/explorer/deals?by=amount&is=${amount}`
    for (const path of [filtered, `${filtered}&search=${id}`])
      expect(firstColumn((await browser.open(path)).text), path).toEqual([`Exact ${id}`])
  }
})

test('a search by id finds an archived record only among archived ones', async () => {
  const { browser, portal, sync, ids, clock } = await explorer()
  const id = ids.deals[0] as string
  portal.archive('deals', id)
  await clock.advance(60_000)
  await sync.run()
  const found = async (status: string) => {
    const { text } = await browser.open(`/explorer/deals?search=${id}&status=${status}`)
    return firstColumn(text).length
  }
  expect([await found('ACTIVE'), await found('ARCHIVED'), await found('ALL')]).toEqual([0, 1, 1])
})

test('an e-mail address is searched for among addresses alone, and other texts among names alone', () => {
  const asked = (text: string, object: ObjectDefinition = contacts) =>
    searchesFor(object, text, {}).map((where) => Object.keys(where).join())
  expect(asked('A@example.com')).toEqual(['email'])
  expect(asked('Ada')).toEqual(['firstName', 'lastName'])
  expect(asked('Ada Okafor')).toEqual(['firstName', 'lastName', 'firstName,lastName'])
  // Without a column of addresses it may be a name.
  expect(asked('A@example.com', companies)).toEqual(['name', 'domain'])
})

test('a search of thousands of words takes no more work than one of some words', () => {
  let asked = 0
  const columns = new Proxy(contacts.columns, {
    get: (target, name, receiver) => {
      if (name === 'firstName') asked++
      return Reflect.get(target, name, receiver)
    },
  })
  const counted = (words: number) => {
    asked = 0
    searchesFor({ ...contacts, columns }, 'word '.repeat(words).trim(), {})
    return asked
  }
  expect(counted(4_000)).toBe(counted(6))
})

const money = deals.extend({ columns: { currency: column.text('deal_currency_code') } })

test('a table shows labels, money with its currency, and times in the time zone of the portal', async () => {
  const { browser, portal, sync, ids, clock } = await explorer({
    objects: [contacts, companies, money, pets],
  })
  const owner = portal.createOwner({
    email: 'ada@example.com',
    firstName: 'Ada',
    lastName: 'Okafor',
  })
  await clock.advance(60_000)
  portal.update('deals', ids.deals[1] as string, {
    amount: '1234567.5',
    deal_currency_code: 'USD',
    pipeline: 'default',
    dealstage: 'closedwon',
    hubspot_owner_id: owner,
    closedate: '2026-09-30T01:00:00Z',
  })
  await sync.run()
  const query = 'column=stage&column=pipeline&column=amount&column=closeDate&column=ownerId'
  const { text } = await browser.open(`/explorer/deals?search=${ids.deals[1]}&${query}`)
  expect(rowsIn(text)).toEqual([
    [
      `Deal 1 ${ids.deals[1]}`,
      ...['Closed won', 'Sales pipeline', 'USD 1,234,567.50'],
      ...['2026-09-29 21:00:00', 'Ada Okafor'],
    ],
  ])
  expect(text).toContain('datetime="2026-09-30T01:00:00.000Z"')
  expect(text).toMatch(/Times are in (US\/Eastern|America\/New_York)\./)
})

test('a filter takes the label of a choice for its value', async () => {
  const { browser, portal, sync, ids, clock } = await explorer()
  await clock.advance(60_000)
  portal.update('contacts', ids.contacts[3] as string, { lifecyclestage: 'salesqualifiedlead' })
  await sync.run()
  const { text } = await browser.open(
    '/explorer/contacts?by=lifecycleStage&is=sales+qualified+lead',
  )
  expect(firstColumn(text)).toEqual([`First 3 Last 3 ${ids.contacts[3]}`])
})

test('a table before the first run says that nothing is there yet', async () => {
  const { browser } = await explorer({ run: false })
  expect((await browser.open('/explorer')).status).toBe(200)
  const { status, text } = await browser.open('/explorer/contacts')
  expect(status).toBe(503)
  expect(text).toContain('This has not been mirrored yet.')
})

test('the explorer needs the right to read', async () => {
  const { handler, ids } = await createWorld({ handler: { auth: { docs: 'all', read: 'other' } } })
  const browser = visitor(handler)
  await browser.signIn('all')
  const paths = ['', '/contacts', '/contacts/csv', `/contacts/${ids.contacts[0]}`]
  for (const path of [...paths, `/contacts/${ids.contacts[0]}/deals`]) {
    expect([path, (await browser.open(`/explorer${path}`)).status]).toEqual([path, 403])
    expect([path, (await visitor(handler).open(`/explorer${path}`)).status]).toEqual([path, 401])
  }
})

describe('the CSV of a table', () => {
  test('has the records and the columns that are shown', async () => {
    const { browser, ids } = await explorer()
    const { text, headers } = await browser.open(
      '/explorer/deals/csv?by=name&is=Deal+2&column=name&column=amount&column=closeDate',
    )
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(headers.get('content-disposition')).toBe('attachment; filename="deals.csv"')
    expect(text).toBe(
      `"id","name","amount","closeDate"\r\n"${ids.deals[2]}","Deal 2","20.50","2026-09-30T00:00:00.000Z"\r\n`,
    )
    const page = await browser.open('/explorer/deals?by=name&is=Deal+2')
    expect(page.text).toMatch(/href="\/explorer\/deals\/csv\?by=name&amp;is=Deal\+2/)
  })

  test('of a filter that does not fit is a page that says so', async () => {
    const { browser } = await explorer()
    expect((await browser.open('/explorer/deals/csv?by=amount&is=much')).status).toBe(400)
  })
})
