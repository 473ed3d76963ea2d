import { inspect } from 'node:util'
import { createHubspotSync, type HubspotSyncOptions, memoryStore } from '@hubsync/core'
import type { Fault } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { createWorld } from './support/world.js'

const token = 'pat-eu1-5ec2e7aa-0b1c-4d2e-8f30-415263748596'
const earlier = 'pat-eu1-01de2f00-aaaa-4bbb-8ccc-0123456789ab'

/** Texts that show that a token got through, even if it is split. */
const marks = /5ec2e7aa|01de2f00/

/**
 * A portal that has seen both tokens and then answers every call with this fault, and everything that a run reports of
 * it.
 */
async function toldOf(fault: Fault, options: Partial<HubspotSyncOptions> = {}) {
  const told: unknown[] = []
  const log = (details: object, message: string) => told.push(details, message)
  const { portal, again } = createWorld(memoryStore(), {
    portal: { token, tokens: [earlier] },
    logger: { debug: log, info: log, warn: log, error: log },
  })
  await again({ accessToken: earlier }).run({ jobs: ['deals'] })
  const always = { times: Number.POSITIVE_INFINITY, ...fault }
  portal.fault({ path: 'objects', ...always })
  portal.fault({ path: 'account-info', after: 1, ...always })
  const sync = again(options)
  const report = await sync.run({ onEvent: (event) => told.push(event) })
  told.push(report, await sync.status(), await sync.runs())
  told.push(await sync.run().catch((error: unknown) => error))
  return {
    report,
    text: inspect(told, {
      ...{ depth: null, maxArrayLength: null, maxStringLength: null },
      ...{ breakLength: Number.POSITIVE_INFINITY, showHidden: true },
    }),
  }
}

const refusal = (body: object, headers: Record<string, string> = {}): Fault => ({
  ...{ status: 400, body, headers },
})

describe('a token that HubSpot repeats is in nothing that a run tells or keeps', () => {
  test.each<[string, Fault]>([
    ['in its message', refusal({ message: `Token ${token} may not do this` })],
    ['in its message, URL-encoded', refusal({ message: token.replaceAll('-', '%2D') })],
    ['in its message, split by quotes', refusal({ message: token.replaceAll('-', `"-'`) })],
    ['in its message, as another that was used before', refusal({ message: `not ${earlier}` })],
    ['in its category', refusal({ message: 'no', category: `FOR_${token}` })],
    ['in its correlation id', refusal({ message: 'no', correlationId: token })],
    [
      'in the header of its correlation id',
      refusal({ message: 'no' }, { 'x-hubspot-correlation-id': token }),
    ],
    [
      'in the names of scopes',
      {
        status: 403,
        body: {
          category: 'MISSING_SCOPES',
          errors: [{ context: { requiredScopes: ['crm.read', `for ${token}`] } }],
        },
      },
    ],
    ['when it refuses the token', { status: 401, body: { message: `unknown: ${token}` } }],
    [
      'when it refuses for speed',
      { status: 429, body: { message: `${token} is too fast` }, times: 40 },
    ],
  ])('%s', async (_, fault) => {
    const { text, report } = await toldOf(fault)
    expect(text.replaceAll(/[^\da-z]/gi, '')).not.toMatch(marks)
    if (fault.status !== 429) expect(report.status).not.toBe('complete')
    expect(text).toContain('***')
  })

  test('in an error of the client that was lent', async () => {
    let isFirst = true
    const failing = {
      config: { accessToken: token },
      apiRequest: async ({ path }: { path: string }) => {
        const isAsked = isFirst && path.includes('account-info')
        isFirst = false
        if (isAsked) return new Response(JSON.stringify({ portalId: 147000001, timeZone: 'UTC' }))
        throw Object.assign(new Error(`cannot send Bearer other-token for ${token}`), {
          code: 'EFAIL',
          config: { headers: { Authorization: `Bearer ${token}` } },
          cause: new Error(`with ${token}`),
        })
      },
    }
    const { text } = await toldOf({ status: 500 }, { client: failing, accessToken: undefined })
    expect(text).toContain('no reply (with ***)')
    expect(text).toContain('cannot send Bearer *** for ***')
    expect(text).not.toMatch(marks)
    expect(text).not.toContain('other-token')
  })

  test('in an error of the function that gives it', async () => {
    const failing = async () => {
      throw new Error(`refresh_token=abcdef0123 was refused, and ${earlier} has expired`)
    }
    const { again } = createWorld(memoryStore(), { portal: { token: earlier } })
    await again().run({ jobs: ['deals'] })
    const error = await again({ accessToken: failing })
      .run()
      .catch((thrown: unknown) => thrown)
    const text = inspect(error, { depth: null, showHidden: true })
    expect(text).toMatch(/refresh_token=\*\*\* was refused, and \*\*\* has expired/)
    expect(text).not.toMatch(marks)
  })
})

/** The message and stack of an error that a method throws. */
async function thrownBy(work: () => Promise<unknown>): Promise<string> {
  const error = await work().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'HUBSPOT_REPLY' })
  return inspect(error, { maxStringLength: null })
}

describe('a reply that makes no sense is told without the token, and in short,', () => {
  const echo = `${token} ${'x'.repeat(1_000_000)}`

  test('where the associations of a record go on from what they went on from before', async () => {
    const { portal, sync } = createWorld(memoryStore(), { portal: { token } })
    await sync.run()
    const id = portal.create('contacts', {})
    const results = [{ from: { id }, to: [], paging: { next: { after: echo } } }]
    portal.fault({ operation: 'associations', status: 200, body: { results }, times: 9 })
    const text = await thrownBy(() => sync.syncRecords('contacts', [id]))
    expect(text).not.toMatch(marks)
    expect(text.length).toBeLessThan(3_000)
  })

  test('where a portal has no number', async () => {
    const { portal, sync } = createWorld(memoryStore(), { portal: { token } })
    await sync.run()
    portal.fault({ path: 'account-info', status: 200, body: { portalId: echo } })
    const text = await thrownBy(() => sync.run())
    expect(text).not.toMatch(marks)
    expect(text.length).toBeLessThan(3_000)
  })
})

describe('what HubSpot says', () => {
  test('makes no long report, however long it is', async () => {
    const long = 'x'.repeat(1_000_000)
    const { report, text } = await toldOf(
      refusal({ message: long, category: long, correlationId: long }),
    )
    expect(report.jobs.contacts?.error?.message).toMatch(/x{900}…/)
    expect(JSON.stringify(report).length).toBeLessThan(40_000)
    expect(text.length).toBeLessThan(400_000)
  })

  test('stays on one line, without what steers a terminal', async () => {
    const { text, report } = await toldOf(
      refusal({ message: 'first\nsecond\u001b]0;title\u0007\u0000third\u202efourth' }),
    )
    expect(report.jobs.contacts?.error?.message).toContain('first second ]0;title third fourth')
    expect(text).not.toMatch(/u001b|x1B|x00|u202e/i)
  })
})

describe('a base URL with credentials', () => {
  test.each([
    'https://me:sesame@proxy.example',
    'https://sesame@proxy.example',
    'https://proxy.example/?hapikey=sesame',
    'https://proxy.example/#sesame',
    'ftp://me:sesame@proxy.example',
  ])('is refused without being shown: %s', (baseUrl) => {
    expect(() => createHubspotSync({ accessToken: token, store: memoryStore(), baseUrl })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.toSatisfy(
          (message: string) => message.includes('`baseUrl`') && !message.includes('sesame'),
        ),
      }),
    )
  })
})
