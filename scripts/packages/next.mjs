// Builds an application of Next.js from the recipes of the page and the packed packages, starts it, and uses it as a scheduler,
// a program and a browser would. An emulated portal stands in for HubSpot.

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { packAll } from './pack.mjs'

// Without types of React, Next.js would install some itself.
const versions = {
  next: '16.4.6',
  react: '19.3.1',
  'react-dom': '19.3.1',
  '@types/react': '19.3.3',
}
/** The files of the application that the page shows. */
const files = ['app/crm/[[...path]]/route.ts', 'app/api/cron/route.ts', 'next.config.ts']
const packages = ['core', 'http', 'adapter-sqlite', 'adapter-postgres']
/** A server component that reads as the page says. */
const people = `import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createMirrorReader } from '@hubsync/core'
import { connection } from 'next/server'

const mirror = createMirrorReader({ store: sqliteStore({ file: 'hubspot.db' }) })
export default async function People() {
  await connection()
  const { results } = await mirror.list('contacts')
  return results.map(({ email }) => email).join()
}`
/** What every page of Next.js needs around it. */
const layout = `import { createElement } from 'react'
export default function Layout({ children }) {
  return createElement('html', null, createElement('body', null, children))
}`

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
// Within this repository Next.js would take its lockfile and its tsconfig.json for the application's.
const project = mkdtempSync(join(tmpdir(), 'hubsync-next-'))
const next = join(project, 'node_modules/next/dist/bin/next')
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const { createPortal } = await import(join(root, 'packages/emulator/dist/index.js'))

try {
  await step('install', install)
  await step('build', build)
  await use()
} finally {
  rmSync(project, { recursive: true })
}

async function install() {
  const tarballs = packAll(join(root, '.cache/next'))
  const dependencies = { ...versions }
  for (const name of packages) dependencies[`@hubsync/${name}`] = tarballs[`@hubsync/${name}`]
  for (const name of ['typescript', '@types/node']) dependencies[name] = devDependencies[name]
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const page = readFileSync(join(root, 'docs/guide/recipes.md'), 'utf8')
  for (const file of files) {
    const [, code] = page.split(`\`${file}\``)[1]?.match(/```ts\n([\s\S]*?)\n```/) ?? []
    if (!code) throw new Error(`Expected the page of recipes to show ${file}.`)
    write(file, code)
  }
  write('app/layout.js', layout)
  write('app/people/page.js', people)
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--silent']
  await execute('npm', ['install', ...options], { cwd: project })
}

function write(file, text) {
  mkdirSync(dirname(join(project, file)), { recursive: true })
  writeFileSync(join(project, file), text)
}

/** Without secrets, which are often not there where an application is built. */
async function build() {
  await execute(process.execPath, [next, 'build'], { cwd: project, env: env() })
}

async function use() {
  const portal = createPortal()
  const [ada] = portal.createMany('contacts', 3, (index) => ({ email: `${index}@example.com` }))
  const hubspot = await portal.listen()
  const given = {
    HUBSPOT_ACCESS_TOKEN: portal.token,
    HUBSPOT_BASE_URL: hubspot.url,
    CRON_SECRET: 'a-secret',
    API_TOKEN: 'a-token',
  }
  const { url, stop } = await start(given)
  try {
    const call = caller(url)
    await step('the function in slices', () => callAsScheduler(call))
    await step('reads', () => read(call, ada))
    await step('a server component', () => readWithoutHttp(call))
    await step('pages', () => browse(call, url, ada))
  } finally {
    await stop()
    await hubspot.close()
  }
}

async function callAsScheduler(call) {
  expect((await call('/api/cron')).status, 401)
  const reply = await call('/api/cron', { headers: { authorization: 'Bearer a-secret' } })
  expect((await reply.json()).status, 'complete')
}

async function read(call, id) {
  const headers = { authorization: 'Bearer a-token' }
  expect((await call('/crm/contacts')).status, 401)
  expect((await call('/crm/nothing', { headers })).status, 404)
  const page = await call('/crm/contacts?limit=2', { headers })
  expect((await page.json()).results.length, 2)
  const record = await call(`/crm/contacts/${id}`, { headers })
  expect((await record.json()).email, '0@example.com')
  const unchanged = { ...headers, 'if-none-match': record.headers.get('etag') }
  expect((await call(`/crm/contacts/${id}`, { headers: unchanged })).status, 304)
  const runs = await (await call('/crm/etl/hubspot/runs', { headers })).json()
  const accept = 'text/event-stream'
  const run = `/crm/etl/hubspot/runs/${runs.results[0].id}`
  const events = await call(run, { headers: { ...headers, accept } })
  expect(/^event: end$/m.test(await events.text()), true)
}

async function readWithoutHttp(call) {
  const page = await call('/people')
  expect(/0@example\.com,1@example\.com/.test(await page.text()), true)
}

/** Signs in, and looks at the pages and at what they load. */
async function browse(call, url, id) {
  const accept = 'text/html,*/*;q=0.8'
  const closed = await call('/crm', { headers: { accept } })
  expect(closed.status, 401)
  expect(/action="\/crm\/sign-in"/.test(await closed.text()), true)
  const sent = await call('/crm/sign-in', {
    method: 'POST',
    headers: { accept, origin: url },
    body: new URLSearchParams({ token: 'a-token', to: `/crm/explorer/contacts/${id}` }),
  })
  expect(sent.status, 303)
  expect(sent.headers.get('location'), `/crm/explorer/contacts/${id}`)
  const [cookie, ...rules] = sent.headers.get('set-cookie').split('; ')
  expect(rules.join('; '), 'Path=/crm; HttpOnly; SameSite=Strict')
  // Next.js leads from `/crm/` to `/crm`.
  const open = (path) => call(path, { headers: { accept, cookie }, redirect: 'follow' })
  const record = await open(`/crm/explorer/contacts/${id}`)
  expect(/0@example\.com/.test(await record.text()), true)
  for (const path of ['/crm/', '/crm/explorer/contacts', '/crm/api/docs']) {
    const page = await open(path)
    expect(page.status, 200)
    for (const [, link] of (await page.text()).matchAll(/(?:src|href)="([^"#]+)"/g)) {
      const { origin, pathname, search } = new URL(link, page.url)
      if (origin === url) expect((await open(pathname + search)).status, 200)
    }
  }
}

/** Starts the application on a free port. */
async function start(given) {
  const args = [next, 'start', '--port', '0', '--hostname', '127.0.0.1']
  const child = spawn(process.execPath, args, { cwd: project, env: env(given) })
  const closed = once(child, 'close')
  const stop = () => {
    child.kill('SIGTERM')
    return closed
  }
  child.stderr.pipe(process.stderr)
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? []
    if (url) return { url, stop }
  }
  throw new Error('Expected `next start` to print its address.')
}

function env(given = {}) {
  const { HUBSPOT_ACCESS_TOKEN, API_TOKEN, ...inherited } = process.env
  return { ...inherited, NEXT_TELEMETRY_DISABLED: '1', ...given }
}

function caller(url) {
  return (path, init) => fetch(`${url}${path}`, { redirect: 'manual', ...init })
}

function expect(got, wanted) {
  if (got !== wanted) throw new Error(`Expected ${wanted}, got ${got}.`)
}

async function step(name, work) {
  const started = performance.now()
  await work()
  console.log(`✓ ${name} ${((performance.now() - started) / 1_000).toFixed(1)} s`)
}
