import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttpHandler } from '@hubsync/http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { launchChromium, openPage } from './chromium.js'
import { caller, createWorld } from './support/world.js'

test('the page of the docs loads everything from the handler, and has no inline script', async () => {
  const { handler } = await createWorld({ run: false, handler: { auth: { docs: 'public' } } })
  const get = caller(handler, '')
  const { text, headers } = await get('/api/docs')
  const addresses = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
    ([, address]) => address as string,
  )
  expect(addresses).toEqual([
    'data:,',
    'docs/swagger-ui.css',
    'docs/swagger-ui-bundle.js',
    'docs/initializer.js',
  ])
  for (const address of addresses.slice(1)) {
    const asset = await get(`/api/${address}`)
    expect([asset.status, asset.text.length > 100]).toEqual([200, true])
    const again = { headers: { 'if-none-match': asset.headers.get('etag') as string } }
    expect((await get(`/api/${address}`, again)).status).toBe(304)
  }
  expect(text).not.toMatch(/<script>|<style|style=|onload=/)
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'; script-src 'self'")
  expect(policy).not.toMatch(/unsafe/)
  expect((await get('/api/docs/../../package.json')).status).toBe(401)
  expect((await get('/api/docs/index.html')).status).toBe(401)
})

describe('the page of the docs in Chromium (needs the browser)', () => {
  test('shows the routes, and calls one of them with a token, without an error and without another host', async () => {
    const { sync } = await createWorld()
    const auth = { read: 'read-me', docs: 'public' as const }
    const { listener } = createHttpHandler({ sync, auth, basePath: '/crm' })
    const server = createServer(listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const url = `http://${host}`
    const browser = await launchChromium()
    onTestFinished(async () => {
      await browser.close()
      server.closeAllConnections()
      server.close()
    })
    const { page, problems, hosts } = await openPage(browser)
    await page.goto(`${url}/crm/api/docs`)
    await page.click('button.authorize')
    await page.fill('.auth-container input', 'read-me')
    await page.click('.auth-container button[type=submit]')
    await page.click('button.btn-done')
    const operation = page.locator('#operations-contacts-get_contacts')
    await operation.locator('.opblock-summary-control').click()
    await operation.locator('button.try-out__btn').click()
    await operation.locator('button.execute').click()
    const answer = await operation
      .locator('.live-responses-table td.response-col_description:not(.col_header)')
      .textContent()
    expect(answer).toContain('"completeUpTo"')
    expect(answer).toContain('person.0@example.com')
    expect(problems).toEqual([])
    expect([...hosts]).toEqual([host])
  }, 180_000)
})
