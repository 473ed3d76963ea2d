// Opens the site that `pnpm run docs` has built from disk, as a reader does, and checks its search, the width of
// its pages on a phone, and that every link leads to a file and every anchor to a place in it.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
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
const anchors = new Map()
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
const wide = []
await page.setViewportSize({ width: 360, height: 740 })
for (const name of pages.filter((each) =>
  /^(guide|explain|modules|examples|\w+\.html)/.test(each),
)) {
  await page.goto(pathToFileURL(join(site, name)).href)
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  if (width > 360) wide.push(`${name}: ${width} pixels`)
}
await browser.close()
if (wide.length > 0)
  fail(`Expected no page to be wider than a phone of 360 pixels, got:\n${wide.join('\n')}`)
if (complaints.length > 0) fail(`Expected no error in the browser, got:\n${complaints.join('\n')}`)
console.log(
  `${pages.length} pages, no dead link or anchor, search works from disk, none is wider than a phone`,
)

function deadLinksOf(page) {
  const html = readFileSync(page, 'utf8').replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, '')
  return [...html.matchAll(/ (?:href|src)="([^"]*)"/g)]
    .map(([, link]) => link.replaceAll('&amp;', '&'))
    .filter((link) => !/^[a-z]+:/.test(link) && isDead(page, link))
    .map((link) => `${relative(site, page)}: ${link}`)
}

function isDead(page, link) {
  const [path, anchor = ''] = link.split('#').map(decodeURIComponent)
  // The icons are put into the page by a script.
  if (anchor.startsWith('icon-')) return false
  const file = path === '' ? page : join(dirname(page), path.split('?')[0])
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return true
  return anchor !== '' && file.endsWith('.html') && !anchorsOf(file).has(anchor)
}

function anchorsOf(file) {
  if (!anchors.has(file)) {
    const ids = readFileSync(file, 'utf8').matchAll(/ (?:id|name)="([^"]+)"/g)
    anchors.set(file, new Set([...ids].map(([, id]) => id.replaceAll('&amp;', '&'))))
  }
  return anchors.get(file)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
