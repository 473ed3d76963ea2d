import {
  column,
  companies,
  contacts,
  createHubspotSync,
  createMirrorReader,
  deals,
  defineObject,
  memoryStore,
} from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import { describe, expect, test } from 'vitest'

const store = memoryStore()
const sync = createHubspotSync({ store, accessToken: 'token' })

describe('createHttpHandler()', () => {
  test.each([
    [undefined, /given \{ sync \}.* got nothing\.$/],
    [{}, /given \{ sync \}.* got neither\.$/],
    [{ sync: {} }, /`sync` in .* a mirror made by createHubspotSync/],
    [{ sync: createMirrorReader({ store }) }, /`sync` in .* a mirror made by createHubspotSync/],
    [{ sync: {}, store }, /got both/],
    [{ store: {} }, /a store, such as sqliteStore/],
    [{ store, objects: [] }, /at least one object definition/],
    [{ store, unknown: 1 }, /no option named `unknown` in .* The options are auth, basePath, /],
    [{ store, auth: '' }, /`auth` in /],
    [{ store, auth: 'public' }, /a token other than 'public'.* \{ read: 'public' \}/],
    [{ store, auth: [] }, /`auth` in /],
    [{ store, auth: { reads: 'token' } }, /`auth/],
    [{ store, auth: { read: 'two words' } }, /`auth/],
    [{ store, auth: { read: [] } }, /`auth/],
    [{ store, auth: { trigger: 7 } }, /`auth/],
    [{ store, basePath: 'crm' }, /`basePath` in .* a path such as \/crm/],
    [{ store, basePath: '/crm?x' }, /`basePath`/],
    [{ store, basePath: '/a/../b' }, /`basePath`/],
    [{ store, maxLimit: 0 }, /`maxLimit` in .* an integer from 1 to 1000/],
    [{ store, maxLimit: 1_001 }, /`maxLimit` .* got 1001\.$/],
    [{ store, clientTimeout: -1 }, /`clientTimeout` in .* a duration such as '30s'.* got -1\.$/],
    [{ store, clientTimeout: '30 seconds' }, /`clientTimeout` .* got "30 seconds"\.$/],
    [{ store, logger: {} }, /`logger` in .* a logger/],
    [{ store, webhooks: { clientSecret: 'secret' } }, /no option named `webhooks`/],
    [{ sync, webhooks: true }, /`webhooks` in .* clientSecret/],
    [{ sync, webhooks: {} }, /`webhooks.clientSecret` in .* client secret of the HubSpot app/],
    [{ sync, webhooks: { clientSecret: '' } }, /`webhooks.clientSecret`/],
    [{ sync, webhooks: { clientSecret: 's', publicUrl: 'crm.example' } }, /`webhooks.publicUrl`/],
    [{ sync, webhooks: { clientSecret: 's', publicUrl: 'https://a.b?c' } }, /`webhooks.publicUrl`/],
    [{ sync, webhooks: { clientSecret: 's', secret: 's' } }, /no option named `webhooks.secret`/],
  ])('refuses %j', (given, message) => {
    expect(() => createHttpHandler(given as never)).toThrow(message)
    expect(() => createHttpHandler(given as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })

  test.each([
    [{ store, auth: { read: 'very secret token' } }],
    [{ store, auth: 'very secret token' }],
    [{ sync, webhooks: { clientSecret: ['very secret'] } }],
  ])('shows no secret in its errors', (given) => {
    expect(() => createHttpHandler(given as never)).toThrow(/^(?!.*very secret)/)
  })

  test('accepts clientTimeout as a duration too', () => {
    expect(() => createHttpHandler({ store, clientTimeout: '2m' })).not.toThrow()
  })

  test.each(['api', 'changes', 'etl', 'health', 'status', 'webhooks', 'associations', 'runs'])(
    'refuses an object with the name %s, whose path is used',
    (name) => {
      const object = defineObject({ type: '2-1', name, columns: {} })
      expect(() => createHttpHandler({ store, objects: [object] })).toThrow(/hubsync's own paths/)
    },
  )

  test('refuses a column with the name of a field for associated records', () => {
    const mine = contacts.extend({ columns: { deals: column.text('deals') } })
    expect(() => createHttpHandler({ store, objects: [mine, companies, deals] })).toThrow(
      /no column "deals" in "contacts"/,
    )
  })
})
