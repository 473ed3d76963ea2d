// Opens the site that `pnpm run docs` has built from disk, as a reader does, and checks its pages, its search and every
// link.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const site = fileURLToPath(new URL('../docs/reference', import.meta.url))
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
if (!existsSync(executablePath))
  fail(
    `Expected a browser at ${executablePath}. Install Debian's package chromium, or name another browser in CHROMIUM.`,
  )

const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.html'),
)
const dead = pages.flatMap((page) => deadLinksOf(join(site, page)))
if (dead.length > 0) fail(`Expected no dead links, got:\n${dead.join('\n')}`)

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
})
const page = await browser.newPage()
const complaints = []
page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
page.on('pageerror', (error) => complaints.push(String(error)))
page.on('request', (request) => {
  if (!request.url().startsWith('file:')) complaints.push(`a request to ${request.url()}`)
})
await page.goto(pathToFileURL(join(site, 'index.html')).href)
await page.keyboard.press('/')
for (const [words, result] of [
  ['createHubspotSync', 'createHubspotSync'],
  ['guarantees', 'Guarantees'],
]) {
  await page.locator('#tsd-search-input').fill(words)
  await page.locator('#tsd-search-results').getByText(result).first().waitFor({ timeout: 20_000 })
}
await browser.close()
if (complaints.length > 0) fail(`Expected no error in the browser, got:\n${complaints.join('\n')}`)
console.log(`${pages.length} pages, no dead link, search works from disk`)

function deadLinksOf(file) {
  const html = readFileSync(file, 'utf8').replaceAll(/<(pre|code)[\s\S]*?<\/\1>/g, '')
  return [...html.matchAll(/(?:href|src)="([^"]+)"/g)]
    .map(([, link]) => decodeURIComponent(link.split(/[?#]/)[0] ?? ''))
    .filter((link) => link !== '' && !/^[a-z]+:/.test(link))
    .filter((link) => !existsSync(join(dirname(file), link)))
    .map((link) => `${relative(site, file)}: ${link}`)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
