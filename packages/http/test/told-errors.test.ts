import type { HubspotSync } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import { describe, expect, test } from 'vitest'
import { caller, createWorld, tokens } from './support/world.js'

/** Everything that clients see after a run of `contacts` in which HubSpot fails with `failure`. */
async function toldOf(failure: () => Response | Promise<Response>) {
  const { again, portal } = await createWorld()
  const logged: string[] = []
  const log = (details: object, message: string) => {
    logged.push(JSON.stringify(details), message)
  }
  const client = {
    apiRequest: async ({ path }: { path: string }) => {
      const isAccount = path.includes('account-info')
      return isAccount ? Response.json({ portalId: portal.portalId }) : failure()
    },
  }
  const sync = again({
    client,
    accessToken: undefined,
    logger: { debug: log, info: log, warn: log, error: log },
  })
  return { ...(await read(sync)), logged: logged.join('\n') }
}

async function read(sync: Pick<HubspotSync, never>) {
  const call = caller(createHttpHandler({ sync: sync as HubspotSync, auth: 'all' }), 'all')
  const run = await call('/etl/hubspot/contacts?wait=true', { method: 'POST' })
  const events = { headers: { accept: 'text/event-stream' } }
  const replies = [
    run,
    await call('/status'),
    await call('/etl/hubspot/runs'),
    await call(`/etl/hubspot/runs/${run.body.id}`),
    await call(`/etl/hubspot/runs/${run.body.id}`, events),
    await call('/'),
    await call('/health'),
  ]
  return { told: replies.map(({ text }) => text).join('\n'), run }
}

const unreachable = (message: string) => async () => {
  throw new TypeError('fetch failed', { cause: new Error(message) })
}

const addresses =
  /10\.1\.2\.3|8443|::1|fe80|crm-proxy|proxy\.corp|\.internal|localhost|me:|sesame|db-1|example\.|PGSQL|redis/

describe('clients see no internal address, but the log does', () => {
  test.each([
    'connect ECONNREFUSED 10.1.2.3:8443',
    'connect ECONNREFUSED ::1:8443',
    'getaddrinfo ENOTFOUND crm-proxy',
    "Hostname/IP does not match certificate's altnames: Host: proxy.corp. is not there",
  ])('if HubSpot cannot be reached: %s', async (message) => {
    const { told, run, logged } = await toldOf(unreachable(message))
    expect(run.body.counts.contacts.error).toMatchObject({ code: 'HUBSPOT_UNAVAILABLE' })
    expect(told).not.toMatch(addresses)
    expect(logged).toContain(message)
  })

  test.each([
    'upstream http://crm-proxy/x is at 10.1.2.3:8443',
    'no route to crm-proxy:8443 and [fe80::1]',
    'postgres://me:sesame@db.internal/crm is down',
    'see db.internal or localhost',
    'squid-1.corp.example.com refused',
    '503 from proxy.example.: see db.prod.example.com.',
    'getaddrinfo ENOTFOUND redis-master',
    'getaddrinfo EAI_AGAIN db-1',
    'connect ENOENT /var/run/postgresql/.s.PGSQL.5432',
    'connect to /srv/redis.sock failed',
    'host=db-1 port=5432 user=me',
    'Host: "db-1"',
  ])('if a proxy that answers in its place names one: %s', async (message) => {
    const { told, run } = await toldOf(() => Response.json({ message }, { status: 400 }))
    expect(run.body.counts.contacts.error).toMatchObject({ code: 'HUBSPOT_REJECTED' })
    expect(told).not.toMatch(addresses)
  })

  test.each(['getaddrinfo ENOTFOUND redis-master', 'is redis-master there?'])(
    'if a listener of the host throws: %s',
    async (message) => {
      const lines: string[] = []
      const log = (_: object, line: string) => lines.push(line)
      const { again, handler } = await createWorld()
      const sync = again({ logger: { debug: log, info: log, warn: log, error: log } })
      const onEvent = () => {
        throw new Error(message)
      }
      await sync.run({ jobs: ['contacts', 'contacts:archived'], onEvent })
      for (const path of ['/etl/hubspot/runs', '/status', '/']) {
        const { text } = await caller(handler, tokens.read)(path)
        expect(text).not.toMatch(addresses)
      }
      const { text } = await caller(handler)('/etl/hubspot/runs')
      expect(text).toContain('`onEvent` threw')
      expect(lines.filter((line) => line.includes(message))).toHaveLength(1)
    },
  )
})

test('clients see timestamps', async () => {
  const daily = { message: 'no', policyName: 'DAILY' }
  const { run } = await toldOf(() => Response.json(daily, { status: 429 }))
  expect(run.body.counts.contacts.reason).toMatch(/start afresh at 2026-06-02T00:00:00\.000Z/)
})

test.each([
  'tax_rates.read is missing',
  'Grant crm.objects.contacts.sensitive.read.v2, or communication_preferences.read_write.',
  'Property "hs_object_id" of 2-123/4.5 e.g. is no number, see GET /crm/objects/contacts at 12:30',
])('clients see messages of HubSpot that name no machine: %s', async (message) => {
  const { run } = await toldOf(() => Response.json({ message }, { status: 400 }))
  expect(run.body.counts.contacts.error.message).toContain(message)
})

test('clients see the rest of HubSpot’s message, including scopes', async () => {
  const { run } = await toldOf(() =>
    Response.json(
      {
        message: 'no',
        category: 'MISSING_SCOPES',
        context: { requiredScopes: ['crm.objects.x.read'] },
      },
      { status: 403 },
    ),
  )
  expect(run.body.counts.contacts.error.message).toContain('lacks a scope: crm.objects.x.read.')
})
