import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { postgresStore } from '@hubsync/adapter-postgres'
import { companies, contacts, createHubspotSync, deals } from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'
import { type INestApplication, Logger } from '@nestjs/common'
import { drizzle } from 'drizzle-orm/node-postgres'
import { delay, http, passthrough } from 'msw'
import { setupServer } from 'msw/node'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { parse } from 'yaml'
import { decorators, typeProblems } from '../type-problems.js'
import { fill } from './docs-mirrors.js'
import { blocksOf, root } from './docs-pages.js'
import { temporaryFile } from './places.js'

const page = 'docs/guide/recipes.md'
const databases = mkdtempSync(join(tmpdir(), 'hubsync-recipes-'))
const folder = join(root, '.cache/recipes')
mkdirSync(folder, { recursive: true })
// NestJS is written with decorators as TypeScript had them first.
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: decorators }))
const portal = createPortal({ limits: false })
const ids = fill(portal)
const server = setupServer(
  ...portal.handlers(),
  http.all('http://127.0.0.1:*/*', () => passthrough()),
)

beforeAll(() => {
  server.listen({ onUnhandledFrame: 'error' })
  vi.stubEnv('HUBSPOT_ACCESS_TOKEN', portal.token)
  vi.stubEnv('CRON_SECRET', 'a-secret')
  vi.spyOn(console, 'log').mockImplementation(() => {})
  Logger.overrideLogger(false)
})
afterAll(() => {
  server.close()
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  rmSync(databases, { recursive: true, force: true })
})

/** The program of the page that has this text, as a module with a mirror in a file of that name. */
async function recipe(text: string, database: string) {
  const block = blocksOf(page).find(
    ({ language, code }) => language === 'ts' && code.includes(text),
  )
  const file = join(folder, `${block?.line}-${database}.ts`)
  const code = block?.code
    .replaceAll("'hubspot.db'", JSON.stringify(join(databases, database)))
    .replace('process.env.PORT ?? 3000', "0, '127.0.0.1'")
  writeFileSync(file, code ?? '')
  return await import(file)
}

const asked = (path: string, token?: string) =>
  new Request(
    `http://localhost${path}`,
    token ? { headers: { authorization: `Bearer ${token}` } } : {},
  )

describe('the recipe', () => {
  test('of a function in slices refuses strangers, and mirrors at a call of the scheduler', async () => {
    const { GET } = await recipe('maxDuration', 'next.db')
    expect((await GET(asked('/api/cron'))).status).toBe(401)
    expect((await GET(asked('/api/cron', 'undefined'))).status).toBe(401)
    const reply = await GET(asked('/api/cron', 'a-secret'))
    expect([reply.status, (await reply.json()).status]).toEqual([200, 'complete'])
  })

  test('of a function in slices can be built where there are no secrets', async () => {
    vi.stubEnv('HUBSPOT_ACCESS_TOKEN', undefined)
    onTestFinished(() => void vi.stubEnv('HUBSPOT_ACCESS_TOKEN', portal.token))
    expect(await recipe('maxDuration', 'built.db')).toHaveProperty('GET')
  })

  test('of Next.js serves the mirror that the function has filled', async () => {
    const { GET } = await recipe('export const POST', 'next.db')
    expect((await GET(asked('/crm/contacts'))).status).toBe(401)
    const reply = await GET(asked('/crm/contacts?limit=2', 'a-token-of-yours'))
    expect((await reply.json()).results).toHaveLength(2)
  })

  describe('of NestJS', () => {
    /** Starts the application of the page. It has made its first run. */
    async function startNest(database: string) {
      const { HubspotMirror, started } = await recipe('NestFactory', database)
      const app: INestApplication = await started
      onTestFinished(() => app.close())
      const address = await app.getUrl()
      const call = (path: string, init?: RequestInit) => fetch(`${address}${path}`, init)
      const { sync } = app.get(HubspotMirror)
      await vi.waitFor(
        async () => expect((await sync.status()).lastRun?.status).toBe('complete'),
        20_000,
      )
      return { app, call, sync }
    }
    const headers = { authorization: 'Bearer a-token-of-yours' }

    test('mirrors while it runs, and serves the mirror to those with the token', async () => {
      const { call } = await startNest('nest.db')
      const deals = await call('/crm/deals', { headers })
      expect(((await deals.json()) as { results: unknown[] }).results).toHaveLength(6)
      expect((await call('/crm/deals')).status).toBe(401)
    })

    test('leaves bodies to the parser of NestJS, but those of its own forms', async () => {
      const { call } = await startNest('nest-bodies.db')
      const search = (email: string) =>
        call('/people/search', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ email }),
        })
      const person = await search('person-3@example.com')
      expect(await person.json()).toEqual({ id: ids.contacts[3], name: 'Ada' })
      expect((await search('nobody@example.com')).status).toBe(404)
      const signedIn = await call('/crm/sign-in', {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin' },
        body: new URLSearchParams({ token: 'a-token-of-yours', to: '/crm/explorer' }),
        redirect: 'manual',
      })
      expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/crm/explorer'])
    })

    test('ends what runs, and the mirror, when it is closed while a client waits', async () => {
      const { app, call, sync } = await startNest('nest-close.db')
      const held = new Promise<void>((hear) =>
        server.use(
          http.all('https://api.hubapi.com/*', async () => {
            hear()
            await delay('infinite')
          }),
        ),
      )
      onTestFinished(() => server.resetHandlers())
      const waiting = call('/crm/etl/hubspot/deals?wait=true', { method: 'POST', headers })
      await held
      await app.close()
      await Promise.allSettled([waiting])
      await expect(sync.run()).rejects.toMatchObject({ code: 'CLOSED' })
    })
  })
})

describe('the recipe of Drizzle', () => {
  const objects = [contacts, companies, deals]
  const generated = join(folder, 'hubspot-tables.ts')

  test('writes a schema that is valid TypeScript', async () => {
    const { drizzleSchema } = await recipe('drizzleSchema', 'none.db')
    writeFileSync(generated, drizzleSchema(objects))
    expect(typeProblems([generated])).toBe('')
  })

  test('writes a schema by which Drizzle reads every column of the mirror', async () => {
    const { drizzleSchema } = await recipe('drizzleSchema', 'none.db')
    const schema = 'hubspot_drizzle'
    const file = join(folder, 'hubspot-tables-read.ts')
    writeFileSync(file, drizzleSchema(objects).replace("'hubspot'", `'${schema}'`))
    const tables = await import(file)
    const pool = new pg.Pool({ connectionString: inject('databaseUrl') })
    onTestFinished(async () => {
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
      await pool.end()
    })
    const sync = createHubspotSync({ objects, store: postgresStore({ pool, schema }) })
    await sync.run()
    const plain = (value: unknown) => (value instanceof Date ? value.toISOString() : value)
    for (const { name, columns } of objects) {
      const of = (row: Record<string, unknown>) =>
        ['id', ...Object.keys(columns)].map((column) => plain(row[column]))
      const lines = (await drizzle(pool).select().from(tables[name])) as Record<string, unknown>[]
      const { results } = await sync.list(name, { limit: 100 })
      expect(lines.length).toBeGreaterThan(0)
      expect(lines.map(of).sort()).toEqual(results.map((row) => of({ ...row })).sort())
    }
    await sync.close()
  })
})

describe('the recipe of GitHub Actions', () => {
  const [{ code = '' } = {}] = blocksOf(page).filter(({ language }) => language === 'yaml')
  const workflow = parse(code)
  const run = workflow.jobs.sync.steps.at(-1)

  test('is a workflow with a schedule, and with secrets for a token and a store', () => {
    expect(workflow.on.schedule[0].cron).toMatch(/^(\S+ ){4}\S+$/)
    expect(Object.keys(run.env)).toEqual(['HUBSPOT_ACCESS_TOKEN', 'HUBSYNC_STORE'])
    for (const [name, value] of Object.entries(run.env))
      expect(value).toBe(`\${{ secrets.${name} }}`)
  })

  /** Runs the step as GitHub does if it names no shell, with this script as npx. */
  async function runStep(npx: string, env: NodeJS.ProcessEnv = {}) {
    const bin = mkdtempSync(join(tmpdir(), 'hubsync-npx-'))
    onTestFinished(() => rmSync(bin, { recursive: true }))
    writeFileSync(join(bin, 'npx'), `#!/bin/sh\n${npx}\n`)
    chmodSync(join(bin, 'npx'), 0o755)
    const PATH = `${bin}${delimiter}${process.env.PATH}`
    const options = { cwd: bin, env: { ...process.env, PATH, ...env } }
    const [status] = await once(spawn('bash', ['-e', '-c', run.run], options), 'close')
    return status
  }

  test('mirrors a portal by the command', async () => {
    const hubspot = await portal.listen()
    onTestFinished(() => hubspot.close())
    const store = await temporaryFile(onTestFinished)
    const npx = `shift && exec '${process.execPath}' '${root}/packages/cli/dist/main.js' "$@"`
    const status = await runStep(npx, { HUBSPOT_BASE_URL: hubspot.url, HUBSYNC_STORE: store })
    expect(status).toBe(0)
    const mirror = new DatabaseSync(store.replace('sqlite:', ''), { readOnly: true })
    onTestFinished(() => mirror.close())
    expect(mirror.prepare('SELECT count(*) AS n FROM contacts').get()).toEqual({ n: 12 })
  })

  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 0],
    [4, 0],
  ])('ends, after exit code %i of hubsync, with %i', async (given, expected) => {
    expect(await runStep(`exit ${given}`)).toBe(expected)
  })
})
