import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync, memoryStore } from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { answerFor } from '../hubspot-host.js'
import { storesWithoutSqlJs, temporaryFolder } from './support/stores.js'
import { createWorld } from './support/world.js'

describe('options', () => {
  const given = { accessToken: 'token', store: memoryStore() }
  test.each([
    [
      'an unknown one',
      { storage: 1 },
      /no option named `storage` in createHubspotSync.* The options are accessToken, client, store, /,
    ],
    ['no store', { store: undefined }, /`store` .* a store, such as sqliteStore.* got nothing/],
    ['a store that is none', { store: {} }, /`store`/],
    ['an empty token', { accessToken: ' ' }, /`accessToken` .* a token/],
    [
      'a wrong duration',
      { overlap: 'soon' },
      /`overlap` .* a duration such as '90m' .* got "soon"/,
    ],
    ['a negative interval', { census: -1 }, /`census`/],
    ['a wrong limit', { limits: { search: 0 } }, /`limits.search` .* got 0/],
    ['an unknown limit', { limits: { daily: 1 } }, /no option named `limits.daily`/],
    ['a wrong share', { limits: { dailyShare: 2 } }, /`limits.dailyShare` .* a share from 0 to 1/],
    ['objects that are names', { objects: ['contacts'] }, /`objects.0` .* defineObject/],
    ['no objects', { objects: [] }, /`objects` .* at least one/],
    [
      'a pair that is not mirrored',
      { associations: [['contacts', 'tickets']] },
      /among the objects .* got "tickets"/,
    ],
    [
      'a pair of three',
      { associations: [['contacts', 'deals', 'companies']] },
      /`associations.0.*` .* a pair such as/,
    ],
    ['a limit without end', { limits: { burst: Infinity } }, /`limits.burst` .* above 0/],
    ['a wrong base URL', { baseUrl: 'ftp://example.com' }, /`baseUrl` .* an http or https URL/],
    ['a wrong version', { apiVersion: 'v1' }, /`apiVersion` .* '2026-03'/],
    ['a wrong portal', { portalId: 'mine' }, /`portalId`/],
    ['a logger without levels', { logger: { info() {} } }, /`logger`/],
    ['a clock without sleep', { clock: { now: Date.now } }, /`clock` .* now and sleep/],
  ])('with %s are refused, saying what was expected', (_, wrong, message) => {
    expect(() => createHubspotSync({ ...given, ...wrong } as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    )
  })

  test('without one that is needed name it, and say what it takes', () => {
    expect(() => createHubspotSync({ accessToken: 'token' } as never)).toThrow(
      /`store` in createHubspotSync.* a store, such as sqliteStore.* got nothing/,
    )
  })

  test('without a token name the option and the environment variable', () => {
    vi.stubEnv('HUBSPOT_ACCESS_TOKEN', '')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(() => createHubspotSync({ store: memoryStore() })).toThrow(
      /`accessToken`.*HUBSPOT_ACCESS_TOKEN/,
    )
  })

  test('without a token say where HubSpot makes one, and what stands in for HubSpot', () => {
    vi.stubEnv('HUBSPOT_ACCESS_TOKEN', '')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(() => createHubspotSync({ store: memoryStore() })).toThrow(
      /Development > Keys > Service keys.*`hubsync emulate` of @hubsync\/cli/,
    )
  })

  test('refuse a token that no header can carry, without showing it', async () => {
    const token = 'pat-eu1-SECRET\nline2'
    const refused = expect.objectContaining({
      code: 'INVALID_OPTION',
      message: expect.not.stringContaining('SECRET'),
    })
    expect(() => createHubspotSync({ ...given, accessToken: token })).toThrow(refused)
    const { again } = createWorld(memoryStore())
    const run = again({ accessToken: () => token }).run()
    await expect(run).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.not.stringContaining('SECRET'),
    })
  })

  test('never show the token in an error', () => {
    const wrong = { ...given, accessToken: { secret: 'pat-eu1-secret' } }
    expect(() => createHubspotSync(wrong as never)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret') }),
    )
  })

  test('may leave the token to the environment', async () => {
    const { portal, again } = createWorld(memoryStore())
    vi.stubEnv('HUBSPOT_ACCESS_TOKEN', portal.token)
    onTestFinished(() => void vi.unstubAllEnvs())
    expect((await again({ accessToken: undefined }).run()).status).toBe('complete')
  })

  test('may leave the address of HubSpot to the environment', async () => {
    const portal = createPortal({ limits: false })
    portal.create('contacts', { email: 'ada@example.com' })
    const server = await portal.listen()
    onTestFinished(() => server.close())
    vi.stubEnv('HUBSPOT_BASE_URL', ` ${server.url}/ `)
    onTestFinished(() => void vi.unstubAllEnvs())
    const sync = createHubspotSync({ accessToken: portal.token, store: memoryStore() })
    onTestFinished(() => sync.close())
    expect((await sync.run()).jobs.contacts.created).toBe(1)
  })

  test('go before the address of the environment', async () => {
    const portal = createPortal({ limits: false })
    const server = await portal.listen()
    onTestFinished(() => server.close())
    vi.stubEnv('HUBSPOT_BASE_URL', 'http://127.0.0.1:9')
    onTestFinished(() => void vi.unstubAllEnvs())
    const options = { accessToken: portal.token, baseUrl: server.url, store: memoryStore() }
    const sync = createHubspotSync(options)
    onTestFinished(() => sync.close())
    expect((await sync.run()).status).toBe('complete')
  })

  test('refuse an address of the environment that is none, by the name of the variable', () => {
    vi.stubEnv('HUBSPOT_BASE_URL', 'localhost:4010')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(() => createHubspotSync(given)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(
          /HUBSPOT_BASE_URL to be an http or https URL.*"localhost:4010"/,
        ),
      }),
    )
  })

  test('with a client of your own leave the address of the environment alone', () => {
    vi.stubEnv('HUBSPOT_BASE_URL', 'localhost:4010')
    onTestFinished(() => void vi.unstubAllEnvs())
    const client = { apiRequest: async () => new Response() }
    expect(() => createHubspotSync({ client, store: memoryStore() })).not.toThrow()
  })
})

describe.each(storesWithoutSqlJs)('a run on $name that can do nothing', ({ open }) => {
  test('because a job is unknown names the jobs there are', async () => {
    const { sync, portal } = createWorld(open())
    await expect(sync.run({ jobs: ['contact' as 'contacts'] })).rejects.toMatchObject({
      code: 'UNKNOWN_JOB',
      message: expect.stringMatching(
        /contacts, companies, deals, contacts:archived.*got "contact"/,
      ),
    })
    expect(portal.calls).toHaveLength(0)
  })

  test.each([
    [{ maxCalls: 0 }, /`maxCalls`/],
    [{ budgetMs: -5 }, /`budgetMs`/],
    [{ maxCalls: Number.NaN }, /`maxCalls` in run\(…\) .* got NaN\.$/],
    [{ jobs: [] }, /`jobs`/],
    [{ signal: {} }, /`signal`/],
    [{ onEvents: () => {} }, /no option named `onEvents`/],
    [{ runId: 'mine' }, /`runId` .* a UUID, got "mine"/],
    [[], /run\(…\) to be given an object of options, got a list/],
    ['contacts', /an object of options, got "contacts"/],
  ])('because of the option %o says so', async (wrong, message) => {
    const { sync } = createWorld(open())
    await expect(sync.run(wrong as never)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message),
    })
  })

  test('because a read was given an option that it does not know says so', async () => {
    const { sync } = createWorld(open())
    await sync.run()
    const wrong = { limt: 3 } as never
    for (const [read, name] of [
      [sync.list('contacts', wrong), 'list'],
      [sync.get('contacts', '1', wrong), 'get'],
      [sync.related('contacts', '1', 'companies', wrong), 'related'],
      [sync.changes(wrong), 'changes'],
      [sync.runs(wrong), 'runs'],
    ] as const)
      await expect(read).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(
          `^Expected no option named \`limt\` in ${name}\\(…\\)\\. The options are .*signal\\.$`,
        ),
      })
  })

  test.each([
    [{ limit: 0 }, /`limit` in list\(…\) to be an integer from 1 to 1000, got 0\.$/],
    [{ limit: Number.NaN }, /`limit` .* got NaN\.$/],
    [{ after: 7 }, /`after` .* the `paging\.next\.after` of the previous page, got 7\.$/],
    [{ raw: 'no' }, /`raw` .* true or false, got "no"\.$/],
    [{ status: 'GONE' }, /`status` .* ACTIVE, ARCHIVED or ALL, got "GONE"\.$/],
    [{ updatedSince: 'yesterday' }, /`updatedSince` .* a moment such as .* got "yesterday"\.$/],
    [{ signal: 'now' }, /`signal` .* an AbortSignal, got "now"\.$/],
    ['all', /list\(…\) to be given an object of options, got "all"\.$/],
  ])('because a read was given %o says so', async (wrong, message) => {
    const { sync } = createWorld(open())
    await expect(sync.list('contacts', wrong as never)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message),
    })
  })

  test.each([
    ['an object', {}, /^Expected a list of records such as .* got an object\.$/],
    ['a list of ids', ['501'], /^Expected a list of records such as .* got "501"\.$/],
    ['an id of letters', [{ object: 'contacts', id: 'a' }], /^Expected `id` to be .* got "a"\.$/],
  ])('because %s was enqueued says so', async (_, wrong, message) => {
    const { sync } = createWorld(open())
    await expect(sync.enqueue(wrong as never)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message),
    })
  })

  test('because one of many ids is wrong names that one', async () => {
    const { sync } = createWorld(open())
    await expect(sync.syncRecords('contacts', ['501', 'x'])).rejects.toMatchObject({
      message: 'Expected a list of up to 10000 record ids such as ["501"], got one with "x" in it.',
    })
  })

  test('because the token is wrong says so, and writes nothing', async () => {
    const { store, again, portal } = createWorld(open())
    await expect(again({ accessToken: 'pat-eu1-wrong' }).run()).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringMatching(/\. Expected a valid access token.*correlation id/),
    })
    expect(await store.portals()).toEqual([])
    expect(portal.calls).toHaveLength(1)
  })

  test("because the token is another portal's leaves the store as it was", async () => {
    const store = open()
    const first = createWorld(store)
    first.portal.create('contacts', { firstname: 'Ada' })
    await first.sync.run()
    const rows = await store.list('147000001', 'contacts', { limit: 10 })
    const other = createPortal({ seed: 9, portalId: 147000002, clock: first.clock })
    first.close()
    answerFor(other, 'https://other.example')
    const stranger = first.again({ accessToken: other.token, baseUrl: 'https://other.example' })
    await expect(stranger.run()).rejects.toMatchObject({
      code: 'PORTAL_MISMATCH',
      message: expect.stringMatching(
        /portal 147000001, which this store holds, got one of portal 147000002\..* Use another store, or /,
      ),
    })
    expect(await store.list('147000001', 'contacts', { limit: 10 })).toEqual(rows)
    expect((await store.portals()).map(({ portalId }) => portalId)).toEqual(['147000001'])
    // With its id given, a second portal may use the store too.
    const welcome = first.again({
      accessToken: other.token,
      baseUrl: 'https://other.example',
      portalId: 147000002,
    })
    other.create('contacts', { firstname: 'Grace' })
    expect((await welcome.run()).status).toBe('complete')
    expect((await welcome.list('contacts')).results.map(({ firstName }) => firstName)).toEqual([
      'Grace',
    ])
    expect(await store.list('147000001', 'contacts', { limit: 10 })).toEqual(rows)
  })

  test('because it is closed says so', async () => {
    const { sync } = createWorld(open())
    await sync.close()
    await expect(sync.run()).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(sync.get('contacts', '1')).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('because a scope is missing fails that job alone, and names the scope', async () => {
    const { portal, store, again } = createWorld(open())
    portal.create('contacts', {})
    portal.addToken('pat-narrow', {
      scopes: [
        'crm.objects.contacts.read',
        'crm.objects.deals.read',
        'crm.schemas.contacts.read',
        'oauth',
      ],
    })
    const report = await again({ accessToken: 'pat-narrow' }).run()
    expect(report.status).toBe('failed')
    expect(report.jobs.companies).toMatchObject({
      status: 'failed',
      error: {
        code: 'MISSING_SCOPE',
        message: expect.stringContaining('crm.objects.companies.read'),
      },
    })
    expect(report.jobs.contacts).toMatchObject({ status: 'complete', created: 1 })
    expect((await store.counts(String(portal.portalId))).contacts).toEqual({
      active: 1,
      archived: 0,
    })
  })
})

test('a hubspot.db that is no database is named, and stays as it was', async () => {
  const file = join(temporaryFolder(), 'hubspot.db')
  writeFileSync(file, 'Dear diary, '.repeat(500))
  const { sync } = createWorld(sqliteStore({ file }))
  await expect(sync.run()).rejects.toMatchObject({
    code: 'NOT_A_DATABASE',
    message: expect.stringContaining(file),
  })
  expect(readFileSync(file, 'utf8')).toBe('Dear diary, '.repeat(500))
})
