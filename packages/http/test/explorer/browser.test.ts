import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttpHandler } from '@hubsync/http'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchChromium, openPage } from '../chromium.js'
import { createWorld } from '../support/world.js'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
}, 60_000)
afterAll(() => browser?.close())

/** A mirror on a port, with something to see on each page. */
async function serve() {
  const world = await createWorld({ onPort: true })
  const { portal, sync, ids, clock } = world
  const id = ids.deals[0] as string
  await clock.advance(60_000)
  portal.update('deals', id, { dealstage: 'closedwon', pipeline: 'default' })
  portal.update('2-1234567', ids.pets[0] as string, {
    name: '\u202eturned <b>name</b>',
    dossier: 'long '.repeat(2_000),
  })
  await sync.run()
  const handler = createHttpHandler({ sync, auth: 'all', basePath: '/crm' })
  const server = createServer(handler.listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await handler.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const paths = {
    status: '/',
    objects: '/explorer',
    table: '/explorer/contacts',
    empty: '/explorer/contacts?search=nobody',
    wrong: '/explorer/deals?by=amount&is=much',
    record: `/explorer/deals/${id}`,
    long: `/explorer/pets/${ids.pets[0]}`,
    linked: `/explorer/contacts/${ids.contacts[0]}/companies`,
    missing: '/explorer/contacts/1',
  }
  return { ...world, host, url: `http://${host}/crm`, paths }
}

async function signIn(page: Page, url: string) {
  await page.goto(url)
  await page.getByLabel('Token').fill('all')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** What axe finds wrong with a page. */
async function findings(page: Page): Promise<string[]> {
  // Evaluated by the browser itself: the policy of the page lets no script of ours in.
  await page.evaluate(axe.source)
  const run = "axe.run(document, { resultTypes: ['violations'] })"
  const { violations } = (await page.evaluate(run)) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
  }
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
}

describe('the pages in Chromium (needs the browser)', () => {
  test('lead from a printed address over signing in to a record, by keyboard alone and without JavaScript', async () => {
    const { url, host } = await serve()
    const { page, problems, hosts } = await openPage(browser, { javaScriptEnabled: false })
    await page.goto(`${url}/explorer/contacts`)
    await page.keyboard.press('Tab')
    await page.keyboard.type('all')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'contacts' }).waitFor()
    expect(page.url()).toBe(`${url}/explorer/contacts`)
    await page.getByLabel('E-mail, name or id').focus()
    await page.keyboard.type('Person.3@example.com')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 2, name: '1 record' }).waitFor()
    await page.getByRole('link', { name: 'First 3 Last 3' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'First 3 Last 3' }).waitFor()
    await page.getByRole('link', { name: 'Company 3' }).click()
    await page.getByRole('heading', { level: 1, name: 'Company 3' }).waitFor()
    await page.getByText("HubSpot's whole object").click()
    expect(await page.getByText('"domain": "company-3.example"').isVisible()).toBe(true)
    // A refused page is an error on the console.
    expect(problems.filter((problem) => !problem.includes('401'))).toEqual([])
    expect([...hosts]).toEqual([host])
  })

  test('open the API description with the session, and call a route and start a job there', async () => {
    const { url, sync } = await serve()
    const { page, hosts } = await openPage(browser)
    await page.goto(`${url}/api/docs`)
    await page.getByLabel('Token').fill('all')
    await page.keyboard.press('Enter')
    const call = async (operation: string) => {
      const at = page.locator(operation)
      await at.locator('.opblock-summary-control').click()
      await at.locator('button.try-out__btn').click()
      await at.locator('button.execute').click()
      const cell = '.live-responses-table td.response-col_description:not(.col_header)'
      return at.locator(cell).textContent()
    }
    expect(await call('#operations-contacts-get_contacts')).toContain('person.0@example.com')
    const before = (await sync.runs()).length
    expect(await call('#operations-runs-post_etl_hubspot_pets')).toContain('runId')
    await expect.poll(async () => (await sync.runs()).length, { timeout: 20_000 }).toBe(before + 1)
    expect(hosts.size).toBe(1)
  }, 120_000)

  test('start everything that is due with one button, and sign out with another', async () => {
    const { url, sync, portal } = await serve()
    const { page } = await openPage(browser)
    await signIn(page, url)
    portal.createMany('contacts', 5, () => ({}))
    const before = (await sync.runs()).length
    await page.getByRole('button', { name: 'Run now' }).click()
    await expect.poll(async () => (await sync.runs()).length, { timeout: 20_000 }).toBe(before + 1)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Token').waitFor()
    await page.goto(`${url}/explorer`)
    expect(await page.getByLabel('Token').isVisible()).toBe(true)
  })

  test('stay signed in after a click on a link of another site', async () => {
    const { url } = await serve()
    const { page } = await openPage(browser)
    await signIn(page, url)
    const other = createServer((_, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(`<a href="${url}/explorer/contacts">look</a>`)
    }).listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    // Another site: sites are told apart by their names.
    await page.goto(`http://localhost:${(other.address() as AddressInfo).port}/`)
    await page.getByRole('link', { name: 'look' }).click()
    await page.getByRole('heading', { level: 1, name: 'contacts' }).waitFor()
  })

  test('have nothing that axe finds wrong, light and dark', async () => {
    const { url, paths } = await serve()
    const found: Record<string, string[]> = {}
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await openPage(browser, { colorScheme })
      await page.goto(url)
      found[`${colorScheme} sign-in`] = await findings(page)
      await page.getByLabel('Token').fill('wrong')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      found[`${colorScheme} wrong token`] = await findings(page)
      await signIn(page, url)
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(`${url}${path}`)
        // Closed details hide what is in them from axe.
        await page.evaluate(
          "document.querySelectorAll('details').forEach((d) => { d.open = true })",
        )
        found[`${colorScheme} ${name}`] = await findings(page)
      }
    }
    expect(Object.entries(found).filter(([, each]) => each.length > 0)).toEqual([])
    expect(Object.keys(found)).toHaveLength(2 * (2 + Object.keys(paths).length))
  }, 120_000)

  test.each([
    ['a phone of 360 pixels', { width: 360, height: 740 }],
    // As wide as a window of 1,280 pixels at 200 % zoom.
    ['a window at 200 % zoom', { width: 640, height: 400 }],
    ['a wide screen', { width: 1_600, height: 900 }],
  ])(
    'fit into %s',
    async (_, viewport) => {
      const { url, paths } = await serve()
      const { page } = await openPage(browser, { viewport })
      await page.goto(url)
      const widths: Record<string, unknown> = {}
      const measure = async (name: string) => {
        widths[name] = await page.evaluate('document.documentElement.scrollWidth')
      }
      await measure('sign-in')
      await signIn(page, url)
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(`${url}${path}`)
        await page.evaluate(
          "document.querySelectorAll('details').forEach((d) => { d.open = true })",
        )
        await measure(name)
      }
      expect(new Set(Object.values(widths)), JSON.stringify(widths)).toEqual(
        new Set([viewport.width]),
      )
    },
    60_000,
  )
})
