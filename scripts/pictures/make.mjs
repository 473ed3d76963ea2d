// Makes the pictures in docs/images, from the built packages, the demo and Chromium: `npm run pictures`. Run it after a
// change of the pages or the demo, so that the pictures show what they are about. Only river.svg is drawn by hand.

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createHttpHandler } from '@hubsync/http'
import { chromium } from 'playwright-core'
import { mirrorStory } from '../demo/mirrored-story.mjs'
import { pictureOf, shortened } from './terminal.mjs'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const images = join(import.meta.dirname, '../../docs/images')
const folder = mkdtempSync(join(tmpdir(), 'hubsync-pictures-'))

const demo = await promisify(execFile)(
  process.execPath,
  [join(import.meta.dirname, '../demo.mjs'), '--file', 'demo.db'],
  { cwd: folder, env: { ...process.env, HUBSPOT_ACCESS_TOKEN: '', HUBSYNC_STORE: '' } },
)
writeFileSync(join(images, 'demo.svg'), pictureOf('npm run demo', shortened(demo.stdout)))
console.log('docs/images/demo.svg')

const { sync, contact, deal, close } = await mirrorStory(join(folder, 'pictures.db'))
const token = 'a-token-for-pictures'
const handler = createHttpHandler({ sync, auth: token })
const server = createServer(handler.listener).listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${server.address().port}`
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })

/** A page of a signed-in viewer, who has seen the page to sign in. */
async function open({ picture, ...options }) {
  const context = await browser.newContext({ deviceScaleFactor: 1, ...options })
  const page = await context.newPage()
  await page.goto(url)
  if (picture) await page.screenshot({ path: join(images, picture) })
  await page.getByLabel('Token').fill(token)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  return {
    page,
    async take(path, name, options = {}) {
      await page.goto(`${url}${path}`)
      await page.screenshot({ path: join(images, name), ...options })
      console.log(`docs/images/${name}`)
    },
  }
}

const wide = await open({ viewport: { width: 960, height: 400 }, picture: 'sign-in.png' })
await wide.page.setViewportSize({ width: 960, height: 1_000 })
await wide.page.getByRole('button', { name: 'Run now' }).click()
await wide.take('/', 'status-page.png')
await wide.page.setViewportSize({ width: 1_200, height: 900 })
await wide.take('/explorer/contacts', 'explorer-table.png')
await wide.page.setViewportSize({ width: 960, height: 1_600 })
await wide.take(`/explorer/deals/${deal}`, 'explorer-record.png')
await wide.page.setViewportSize({ width: 960, height: 600 })
await wide.take(`/explorer/contacts/${contact}`, 'explorer-contact.png', { fullPage: true })
const phone = await open({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' })
await phone.take(`/explorer/deals/${deal}`, 'explorer-phone-dark.png')

await browser.close()
server.close()
server.closeAllConnections()
await handler.close()
await close()
rmSync(folder, { recursive: true, force: true })
