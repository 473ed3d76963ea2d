import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createPortal } from '@hubsync/emulator'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { launchChromium, openPage } from '../../packages/http/test/chromium.js'
import { blocksOf, root } from './docs-pages.js'
import { temporaryFile } from './places.js'

/** The commands of the page that it runs itself: those to browse, and those on one's own portal. */
const [browse = [], own = []] = blocksOf('docs/guide/quickstart.md')
  .filter(({ language, notRun }) => language === 'sh' && !notRun)
  .map(({ code }) => code.split('\n'))

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser?.close())

/** Runs a command at the root, and resolves when it has printed this, or has ended. */
async function run(command: string, given: Record<string, string>, until?: RegExp) {
  const { HUBSPOT_ACCESS_TOKEN: _, HUBSYNC_STORE: __, ...environment } = process.env
  const running = spawn('sh', ['-c', command], {
    cwd: root,
    env: { ...environment, NO_COLOR: '1', ...given },
    // A group of its own: npm and what it has started get the signal, as they do from a terminal.
    detached: true,
  })
  let printed = ''
  const ended = once(running, 'close')
  const ready = new Promise<void>((resolve) => {
    for (const output of [running.stdout, running.stderr])
      output.on('data', (chunk) => {
        printed += chunk
        if (until?.test(printed)) resolve()
      })
  })
  if (until)
    onTestFinished(async () => {
      if (running.exitCode === null) process.kill(-(running.pid as number), 'SIGINT')
      await ended
    })
  const done = await Promise.race([ready, ended])
  return { printed, code: done?.[0] }
}

test('the page has the commands that are run here, and no others', () => {
  expect(browse).toEqual(['npm run browse'])
  expect(own.map((line) => line.split(' ')[4])).toEqual(['plan', 'sync', 'verify', 'serve'])
})

test('one command leads to a contact with its company and its history, in a browser', async () => {
  const [command = ''] = browse
  const { printed } = await run(command, { PORT: '0' }, /Ctrl-C ends it/)
  const [, url = ''] = /Open +(\S+)/.exec(printed) ?? []
  const [, token = ''] = /Token +(\S+)/.exec(printed) ?? []
  const [contact = ''] = /http\S+\/explorer\/contacts\/\d+/.exec(printed) ?? []

  const { page } = await openPage(browser)
  await page.goto(url)
  await page.getByLabel('Token').fill(token)
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Records' }).click()
  await page.getByRole('link', { name: 'contacts', exact: true }).first().click()
  await page.goto(contact)
  const section = (name: string) =>
    page.locator('section', { has: page.getByRole('heading', { name }) })
  await expect(section('Associated companies').getByRole('link').count()).resolves.toBe(1)
  await expect(section('Associated deals').getByRole('link').count()).resolves.toBe(1)
  for (const name of ['What changed', 'History in HubSpot'])
    await expect(section(name).textContent()).resolves.toContain(
      'Lifecycle Stage: from Opportunity to Customer',
    )
}, 120_000)

test('the commands on a portal of your own mirror it, and serve its pages', async () => {
  const portal = createPortal()
  portal.createMany('contacts', 20, (index) => ({ email: `person-${index}@example.com` }))
  const hubspot = await portal.listen()
  onTestFinished(() => hubspot.close())
  const env = {
    HUBSPOT_ACCESS_TOKEN: portal.token,
    HUBSPOT_BASE_URL: hubspot.url,
    HUBSYNC_STORE: await temporaryFile(onTestFinished),
    HUBSYNC_API_TOKEN: 'a-long-random-text',
  }
  for (const command of own.slice(0, -1)) {
    const { printed, code } = await run(command, env)
    expect(code, `${command}\n${printed}`).toBe(0)
  }
  // Any free port, in place of the 3000 that the reader opens.
  const { printed } = await run(`${own.at(-1)} --port 0`, env, /Serving at/)
  const [, url = ''] = /Serving at (\S+)/.exec(printed) ?? []

  const { page } = await openPage(browser)
  await page.goto(`${url}/explorer/contacts`)
  await page.getByLabel('Token').fill(env.HUBSYNC_API_TOKEN)
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'person-19@example.com' }).waitFor()
}, 120_000)
