import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { companies, contacts, deals } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchChromium, openPage } from '../chromium.js'
import { createWorld, pets } from '../support/world.js'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
}, 60_000)
afterAll(() => browser?.close())

/**
 * A mirror on a port, with something to see on each page.
 *
 * @param changes - of one deal, each by a run of its own. More than 50 fill more than a page.
 */
async function serve(changes = 1) {
  const kept = deals.extend({ history: ['name'] })
  const world = await createWorld({ onPort: true, objects: [contacts, companies, kept, pets] })
  const { portal, sync, ids, clock } = world
  const id = ids.deals[0] as string
  const sales = portal.createTeam('Sales')
  const ada = portal.createOwner({ email: 'ada@example.com', firstName: 'Ada' })
  portal.joinTeam(ada, sales, { primary: true })
  await clock.advance(26 * 3_600_000)
  for (let index = 0; index < changes; index++) {
    portal.update('deals', id, { dealname: `Deal ${index}` })
    await sync.run({ jobs: ['deals'] })
    await clock.advance(60_000)
  }
  portal.update('deals', id, { hubspot_owner_id: ada })
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
    owners: '/explorer/owners',
    owner: `/explorer/owners/${ada}`,
    team: `/explorer/teams/${sales}`,
    changes: `/explorer/deals/${id}/changes`,
    history: `/explorer/deals/${id}/history`,
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

  test('lead from a record over its earlier changes and its owner to the team, by keyboard alone', async () => {
    const { url, paths } = await serve(51)
    const { page, problems } = await openPage(browser, { javaScriptEnabled: false })
    await signIn(page, url)
    await page.goto(`${url}${paths.record}`)
    const follow = async (name: string, heading: string) => {
      await page.getByRole('link', { name, exact: true }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: heading }).waitFor()
    }
    await follow('Earlier changes', 'What changed')
    await follow('Latest', 'What changed')
    await page.goto(`${url}${paths.record}`)
    await follow('Ada', 'Owner of deals')
    await follow('Sales', 'Owners')
    await follow('Ada', 'Owner of deals')
    await follow('All deals with this owner', '1 record')
    expect(problems.filter((problem) => !problem.includes('401'))).toEqual([])
  })

  test('break no id of a record in two, whatever the width', async () => {
    const { url, paths } = await serve()
    for (const width of [360, 640, 1_200]) {
      const { page } = await openPage(browser, { viewport: { width, height: 800 } })
      await signIn(page, url)
      await page.goto(`${url}${paths.table}`)
      const lines = await page.evaluate(
        "[...document.querySelectorAll('tbody small')].map((id) => { const range = document.createRange(); range.selectNodeContents(id); return range.getClientRects().length })",
      )
      expect([width, new Set(lines as number[])]).toEqual([width, new Set([1])])
    }
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

  test('let another site neither start nor end anything, nor frame them, nor keep a hold on their window', async () => {
    const { url, sync } = await serve()
    const { page } = await openPage(browser)
    await signIn(page, url)
    const before = (await sync.runs()).length
    const targets = ['run-now', 'sign-out', 'sign-in', 'etl/hubspot']
    const other = createServer((_, response) => {
      response.setHeader('content-type', 'text/html')
      const forms = targets.map(
        (to) =>
          `<form method="post" action="${url}/${to}" target="_blank"><input name="token" value="all"><button>${to}</button></form>`,
      )
      response.end(`${forms.join('')}<iframe src="${url}/"></iframe>`)
    }).listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    // Another site: sites are told apart by their names.
    await page.goto(`http://localhost:${(other.address() as AddressInfo).port}/`)
    const headings: (string | null)[] = []
    for (const to of targets) {
      const opened = page.waitForEvent('popup')
      await page.getByRole('button', { name: to }).click()
      const popup = await opened
      headings.push(await popup.getByRole('heading', { level: 1 }).textContent())
      await popup.close()
    }
    expect(headings).toEqual(['Sign in', 'Not allowed', 'Not allowed', 'Sign in'])
    await page.evaluate(
      `fetch('${url}/etl/hubspot', { method: 'POST', mode: 'no-cors', credentials: 'include' }).catch(() => {})`,
    )
    expect(await page.frameLocator('iframe').getByRole('heading').count()).toBe(0)
    const opened = page.waitForEvent('popup')
    await page.evaluate(`window.held = window.open('${url}/explorer')`)
    const popup = await opened
    await popup.getByRole('heading', { level: 1, name: 'Records' }).waitFor()
    await expect.poll(() => page.evaluate('window.held.closed')).toBe(true)
    expect(await sync.runs()).toHaveLength(before)
    await page.goto(`${url}/explorer`)
    expect(await page.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(true)
  }, 60_000)

  test.each([
    ['light', 1_280],
    // A phone.
    ['dark', 360],
    // As wide as a window of 1,280 pixels at 200 % zoom.
    ['light', 640],
  ] as const)(
    'have nothing that axe finds wrong, %s and %i pixels wide',
    async (colorScheme, width) => {
      const { url, paths } = await serve(51)
      const found: Record<string, string[]> = {}
      const { page } = await openPage(browser, { colorScheme, viewport: { width, height: 800 } })
      await page.goto(url)
      found['sign-in'] = await findings(page)
      await page.getByLabel('Token').fill('wrong')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      found['wrong token'] = await findings(page)
      await signIn(page, url)
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(`${url}${path}`)
        // Closed details hide what is in them from axe.
        await page.evaluate(
          "document.querySelectorAll('details').forEach((d) => { d.open = true })",
        )
        found[name] = await findings(page)
      }
      expect(Object.entries(found).filter(([, each]) => each.length > 0)).toEqual([])
      expect(Object.keys(found)).toHaveLength(2 + Object.keys(paths).length)
    },
    120_000,
  )

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
