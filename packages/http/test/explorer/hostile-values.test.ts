import { companies, contacts, deals } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { hostileTexts } from '../support/hostile-inputs.js'
import { databases } from '../support/stores.js'
import { visitor } from '../support/visitor.js'
import { createWorld, pets } from '../support/world.js'

async function explorer(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld({ handler: { auth: 'all' }, ...options })
  const browser = visitor(world.handler)
  await browser.signIn('all')
  return { ...world, browser }
}

const markup = `<script>alert(1)</script><img src=x onerror=alert(1)>"'\`&amp;</textarea></title><!--`
const huge = 'x<'.repeat(32 * 1024)
const turned = 'invoice\u202egpj.exe\u2067'

/** What a page must not have, whatever the values are. */
function expectOnlyText(text: string): void {
  // Some addresses lead above the explorer, to the status page, which has a script of its own.
  const page = text.replace(/<script src="\/status-page\.js[^"]*" defer><\/script>/, '')
  expect(page).not.toMatch(/<script|<img|<!--|<textarea/)
  expect(page).not.toMatch(/(href|src|action)="\s*(?:javascript|data:text|vbscript)/i)
  expect(page.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\son\w+=/)
}

test('values of the CRM are text on every page', async () => {
  const kept = pets.extend({ history: ['name', 'dossier'] })
  const { browser, portal, sync, clock, ids } = await explorer({
    objects: [contacts, companies, deals, kept],
  })
  const id = ids.contacts[0] as string
  const pet = ids.pets[0] as string
  const values = [markup, 'javascript:alert(1)', huge, turned, ...hostileTexts.slice(0, 40)]
  for (const value of values) {
    await clock.advance(60_000)
    portal.update('contacts', id, { firstname: value, lastname: '', jobtitle: value })
    const source = { sourceType: 'CRM_UI', sourceLabel: value.slice(0, 500) }
    portal.update('2-1234567', pet, { name: value, dossier: value }, { source })
    await sync.run()
    for (const path of [
      '/contacts',
      '/pets',
      `/contacts/${id}`,
      `/pets/${pet}`,
      `/contacts/${id}/pets`,
    ]) {
      const { status, text } = await browser.open(`/explorer${path}`)
      expect([path, status]).toEqual([path, 200])
      expectOnlyText(text)
    }
  }
  const { text } = await browser.open(`/explorer/pets/${pet}`)
  expect(text).toContain('History in HubSpot')
}, 120_000)

test('a long value is cut in a table, and whole on the page of its record', async () => {
  const { browser, portal, sync, clock, ids } = await explorer()
  const pet = ids.pets[0] as string
  const long = '💩'.repeat(20_000)
  await clock.advance(60_000)
  portal.update('2-1234567', pet, { dossier: long })
  await sync.run()
  const table = await browser.open('/explorer/pets')
  expect(table.text.length).toBeLessThan(20_000)
  expect(table.text).toContain(`<bdi>${'💩'.repeat(200)}…</bdi>`)
  const { text } = await browser.open(`/explorer/pets/${pet}`)
  expect(text).toContain(`<bdi>${long}</bdi>`)
  expect(text).toContain('class="long" tabindex="0"')
})

test('marks of direction turn nothing around their value, and can be seen in raw', async () => {
  const { browser, portal, sync, clock, ids } = await explorer()
  const pet = ids.pets[0] as string
  await clock.advance(60_000)
  portal.update('2-1234567', pet, { name: turned })
  await sync.run()
  for (const path of ['/explorer/pets', `/explorer/pets/${pet}`]) {
    const { text } = await browser.open(path)
    expect(text).toContain(`<bdi>${turned}</bdi>`)
    expect(text.replaceAll(`<bdi>${turned}</bdi>`, '')).not.toMatch(/[\u202e\u2067]/)
  }
  const { text } = await browser.open(`/explorer/pets/${pet}`)
  expect(text).toContain('invoice\\u202egpj.exe\\u2067')
})

test('a mark of direction in the name of a property turns nothing around it', async () => {
  const { browser, portal, sync, clock, ids } = await explorer({ run: false })
  const pet = ids.pets[0] as string
  portal.updateProperty('2-1234567', 'dossier', { label: turned })
  await sync.run()
  await clock.advance(60_000)
  portal.update('2-1234567', pet, { dossier: 'new' })
  await sync.run()
  const { text } = await browser.open(`/explorer/pets/${pet}`)
  expect(text).toContain(`<li><bdi>${turned}</bdi>: from`)
  expect(text).toContain(`<dt><bdi>${turned}</bdi> <small>dossier</small></dt>`)
})

test('a name is cut between two characters, and not within one', async () => {
  const { browser, portal, sync, clock, ids } = await explorer()
  const pet = ids.pets[0] as string
  await clock.advance(60_000)
  portal.update('2-1234567', pet, { name: `x${'💩'.repeat(1_000)}` })
  await sync.run()
  for (const path of ['/pets', `/pets/${pet}`, `/contacts/${ids.contacts[0]}`]) {
    const { text } = await browser.open(`/explorer${path}`)
    expect(text).toContain('💩…</bdi>')
    expect(text).not.toContain('\ufffd')
  }
})

test('a CSV has hostile values as text that no spreadsheet calculates', async () => {
  const { browser, portal, sync, clock, ids } = await explorer()
  await clock.advance(60_000)
  portal.update('2-1234567', ids.pets[0] as string, { name: '=HYPERLINK("https://evil.example")' })
  await sync.run()
  const { text } = await browser.open('/explorer/pets/csv?column=name')
  expect(text).toContain(`"'=HYPERLINK(""https://evil.example"")"`)
})

describe.each(databases)('hostile addresses of the explorer on $name', ({ open }) => {
  test('are refused or answered, change nothing, and come back as text alone', async () => {
    const { browser, database, ids } = await explorer({ database: open() })
    const before = await database.dump()
    const id = ids.contacts[0]
    const surprises: unknown[] = []
    for (const hostile of hostileTexts) {
      const text = encodeURIComponent(hostile.replaceAll(/[\ud800-\udfff]/gu, '\ufffd'))
      for (const path of [
        `/contacts?search=${text}`,
        `/contacts?by=email&is=${text}`,
        `/contacts?by=${text}&is=1`,
        `/deals?by=amount&is=${text}`,
        `/deals?by=closeDate&is=${text}`,
        `/contacts?column=${text}&status=${text}&after=${text}`,
        `/contacts/csv?search=${text}`,
        `/contacts/${id}?merged=${text}`,
        `/contacts/${id}/deals?after=${text}`,
        `/contacts/${id}/changes?after=${text}`,
        `/pets/${ids.pets[0]}/history?after=${text}`,
        `/owners?search=${text}`,
        `/owners?by=email&is=${text}`,
        `/teams?after=${text}`,
        `/owners/${text}`,
        `/contacts/${text}`,
        `/contacts/${id}/${text}`,
        `/${text}`,
      ]) {
        const answer = await browser.open(`/explorer${path}`)
        if (![200, 400, 404, 414].includes(answer.status)) surprises.push([path, answer.status])
        const isPage = answer.headers.get('content-type')?.startsWith('text/html')
        if (isPage) expectOnlyText(answer.text)
      }
    }
    expect(surprises).toEqual([])
    expect(await database.dump()).toEqual(before)
  }, 240_000)
})

test('hostile fields of forms are refused, or sign in nobody', async () => {
  const { handler, browser } = await explorer({ run: false })
  const other = visitor(handler)
  const statuses = new Set<number>()
  for (const hostile of hostileTexts) {
    const text = hostile.replaceAll(/[\ud800-\udfff]/gu, '\ufffd')
    const address = { 'x-forwarded-for': `198.51.${hostileTexts.indexOf(hostile)}.1` }
    const wrong = await other.post('/sign-in', { token: text, to: text }, address)
    statuses.add(wrong.status)
    expectOnlyText(wrong.text)
    expect(wrong.setCookie).toBeNull()
    const right = await other.post('/sign-in', { token: 'all', to: text }, address)
    expect(right.headers.get('location')).toMatch(/^\/(?![/\\])/)
    for (const path of ['/sign-out', '/run-now'])
      expect((await browser.post(path, { form: text })).status).toBe(403)
  }
  expect([...statuses]).toEqual([401])
})
