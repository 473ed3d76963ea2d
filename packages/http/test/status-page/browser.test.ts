import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createHttpHandler } from '../../src/index.js'
import { renderStatusPage } from '../../src/status-page/render-status-page.js'
import {
  type StatusPageAssetName,
  statusPageAssets,
} from '../../src/status-page/status-page-assets.js'
import type { StatusPageInput } from '../../src/status-page/status-page-input.js'
import { launchChromium, openPage } from '../chromium.js'
import { createWorld } from '../support/world.js'
import { input, job, lastError, run, runningRun, status } from './sample.js'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser?.close())

const basePath = '/crm'
const everything: Partial<StatusPageInput> = {
  status: { ...status, lastError },
  runs: [
    runningRun(1, { contacts: job(1_200, 4_000) }),
    ...Array.from({ length: 29 }, (_, index) => run(5 + index * 60)),
  ],
}

/** Serves the page with data that a test can change. */
async function serve(first: Partial<StatusPageInput>) {
  const shown = { input: first }
  const listener: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const name = pathname.slice(basePath.length + 1)
    const page = renderStatusPage(input({ basePath, ...shown.input }))
    const { body, headers } =
      name === ''
        ? { body: page.html, headers: page.headers }
        : statusPageAssets[name as StatusPageAssetName]
    response.writeHead(200, { ...headers }).end(body)
  }
  return { ...(await listen(listener)), shown }
}

async function listen(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url: `http://${host}${basePath}/`, host }
}

describe('the status page in Chromium (needs the browser)', () => {
  test('shows a mirror, refreshes itself, and requests nothing from another host', async () => {
    const { sync, portal, ids } = await createWorld({ onPort: true })
    const handler = createHttpHandler({ sync, auth: { read: 'public' }, basePath })
    onTestFinished(() => handler.close())
    const { url, host } = await listen(handler.listener)
    const { page, problems, hosts } = await openPage(browser)
    await page.clock.install()
    await page.goto(url)
    const shown = (name: string) => page.getByRole('row', { name }).waitFor()
    await shown(`contacts ${ids.contacts.length}`)
    portal.createMany('contacts', 5, () => ({}))
    await sync.run()
    await page.clock.runFor(31_000)
    await shown(`contacts ${ids.contacts.length + 5}`)
    expect(problems).toEqual([])
    expect([...hosts]).toEqual([host])
  })

  test('loads without an error, and requests nothing from another host', async () => {
    const { url, host } = await serve(everything)
    const { page, problems, hosts } = await openPage(browser)
    await page.goto(url, { waitUntil: 'networkidle' })
    expect(await page.title()).toBe('Running: mirror of portal 147000001')
    expect(await page.getByRole('row', { name: /contacts 184,210/ }).count()).toBe(1)
    expect(await page.getByRole('progressbar', { name: 'contacts' }).count()).toBe(1)
    expect(await page.getByRole('img', { name: /The last 30 runs/ }).count()).toBe(1)
    const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(ground).toBe('rgb(246, 246, 243)')
    expect(problems).toEqual([])
    expect([...hosts]).toEqual([host])
  })

  test('refreshes itself, and keeps the focus and what was opened', async () => {
    const { url, shown } = await serve(everything)
    const { page, problems } = await openPage(browser)
    await page.clock.install()
    await page.goto(url)
    const summary = page.getByText('The last runs as a table')
    await summary.click()
    shown.input = {
      runs: [run(1, { status: 'partial', error: { code: 'UNRECONCILED', message: 'Later.' } })],
    }
    await page.clock.runFor(3_500)
    await page.getByRole('status').getByText('Partial').waitFor()
    expect(await page.title()).toBe('Partial: mirror of portal 147000001')
    expect(await page.getByRole('cell', { name: 'Later.' }).isVisible()).toBe(true)
    expect(await page.evaluate('document.activeElement.textContent')).toContain('as a table')
    expect(problems).toEqual([])
  })

  test('says that it could not be refreshed, until it can', async () => {
    const { url } = await serve(everything)
    const { page } = await openPage(browser)
    await page.clock.install()
    await page.goto(url)
    const stale = page.getByText('This page could not be refreshed.')
    expect(await stale.isVisible()).toBe(false)
    await page.route(url, (route) => route.fulfill({ status: 503 }))
    await page.clock.runFor(3_500)
    await stale.waitFor({ state: 'visible' })
    await page.unroute(url)
    await page.clock.runFor(3_500)
    await stale.waitFor({ state: 'hidden' })
  })

  test('is complete without its script', async () => {
    const { url, host } = await serve(everything)
    const { page, hosts } = await openPage(browser, { javaScriptEnabled: false })
    await page.goto(url)
    expect(await page.locator('noscript meta[http-equiv=refresh]').count()).toBe(1)
    expect(await page.getByRole('heading', { name: 'Running now' }).isVisible()).toBe(true)
    expect(await page.getByText('What to do:').isVisible()).toBe(true)
    expect([...hosts]).toEqual([host])
  })

  test.each([
    ['light', 320],
    ['dark', 320],
    ['light', 1_280],
  ] as const)('fits into a %s screen of %d pixels', async (colorScheme, width) => {
    const { url } = await serve(everything)
    const { page } = await openPage(browser, { colorScheme, viewport: { width, height: 800 } })
    await page.goto(url)
    await page.getByText('The last runs as a table').click()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  })
})
