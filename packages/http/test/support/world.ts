import {
  column,
  companies,
  contacts,
  createHubspotSync,
  deals,
  defineObject,
  type HubspotSync,
  type HubspotSyncOptions,
  type ObjectDefinition,
  type Store,
} from '@hubsync/core'
import { createPortal, type Portal } from '@hubsync/emulator'
import { createHttpHandler, type HttpHandler } from '@hubsync/http'
import { onTestFinished } from 'vitest'
import { answerFor } from '../../../../test/hubspot-host.js'
import { createQuickClock } from '../../../../test/quick-clock.js'
import { sqliteDatabase, type TestDatabase } from './stores.js'

/** A custom object. Every portal of these tests has it. */
export const pets = defineObject({
  type: '2-1234567',
  name: 'pets',
  columns: { name: column.text('name'), dossier: column.text('dossier') },
})

export const tokens = {
  read: 'read-token-0001',
  trigger: 'trigger-token-0001',
  docs: 'docs-token-0001',
}

type Objects = readonly ObjectDefinition[]

/** A portal, its mirror, and a handler of the mirror. */
export interface World {
  portal: Portal
  clock: ReturnType<typeof createQuickClock>
  database: TestDatabase
  sync: HubspotSync<Objects>
  handler: HttpHandler
  /** Another mirror of the same portal, as another process would have. */
  again(options?: Partial<HubspotSyncOptions<Objects>>): HubspotSync<Objects>
  ids: { contacts: string[]; companies: string[]; deals: string[]; pets: string[] }
}

/** The objects and associations of the mirror, including custom ones. */
const mirrored = {
  objects: [contacts, companies, deals, pets] as Objects,
  associations: [
    ['contacts', 'companies'],
    ['contacts', 'deals'],
    ['deals', 'companies'],
    ['contacts', 'pets'],
  ] as [string, string][],
}

/** Creates a portal with some data of every kind. It answers the calls to HubSpot's host. */
export async function createWorld({
  database = sqliteDatabase(),
  run = true,
  onPort = false,
  handler: handlerOptions = {},
  ...options
}: {
  database?: TestDatabase
  /** Whether to make a first run. */
  run?: boolean
  /** Whether the portal listens on a port, for tests of other processes and of time-outs. */
  onPort?: boolean
  handler?: Partial<Parameters<typeof createHttpHandler>[0]>
} & Partial<HubspotSyncOptions<Objects>> = {}): Promise<World> {
  const clock = createQuickClock({ now: '2026-06-01T08:00:00.000Z' })
  const portal = createPortal({ seed: 7, clock, limits: false })
  const ids = populate(portal)
  const baseUrl = onPort ? await listening(portal) : 'https://api.hubapi.com'
  if (!onPort) answerFor(portal)
  const again = (more: Partial<HubspotSyncOptions<Objects>> = {}) =>
    createHubspotSync<Objects>({
      accessToken: portal.token,
      baseUrl,
      store: database.store() as Store,
      clock,
      census: false,
      associationSweep: false,
      limits: { burst: 1e9, search: 1e9, associations: 1e9 },
      ...mirrored,
      ...options,
      ...more,
    } as HubspotSyncOptions<Objects>)
  const sync = again()
  if (run) await sync.run()
  const handler = createHttpHandler({ sync, auth: tokens, ...handlerOptions } as never)
  onTestFinished(() => handler.close())
  return { portal, clock, database, sync, handler, again, ids }
}

async function listening(portal: Portal): Promise<string> {
  const { url, close } = await portal.listen()
  onTestFinished(close)
  return url
}

function populate(portal: Portal): World['ids'] {
  portal.defineObject({
    typeId: '2-1234567',
    name: 'pets',
    properties: [
      { name: 'name', type: 'string' },
      { name: 'dossier', type: 'string' },
    ],
    associatedObjects: ['contacts'],
  })
  const ids = {
    companies: portal.createMany('companies', 4, (index) => ({
      name: `Company ${index}`,
      domain: `company-${index}.example`,
    })),
    contacts: portal.createMany('contacts', 30, (index) => ({
      email: `Person.${index}@Example.com`,
      firstname: `First ${index}`,
      lastname: index % 5 === 0 ? '' : `Last ${index}`,
      phone: `+49 (30) ${1_000_000 + index}`,
    })),
    deals: portal.createMany('deals', 6, (index) => ({
      dealname: `Deal ${index}`,
      amount: `${index * 10}.50`,
      closedate: '2026-09-30T00:00:00Z',
    })),
    pets: portal.createMany('2-1234567', 3, (index) => ({ name: `Pet ${index}` })),
  }
  const pick = (list: string[], index: number) => list[index % list.length] as string
  for (const [index, contact] of ids.contacts.entries())
    portal.associate('contacts', contact, 'companies', pick(ids.companies, index), {
      primary: index % 2 === 0,
    })
  for (const [index, deal] of ids.deals.entries()) {
    portal.associate('contacts', pick(ids.contacts, index), 'deals', deal)
    portal.associate('deals', deal, 'companies', pick(ids.companies, index))
  }
  portal.associate('contacts', pick(ids.contacts, 0), '2-1234567', pick(ids.pets, 0))
  return ids
}

/** A reply. */
export interface Answer {
  status: number
  headers: { get(name: string): string | null }
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of any form.
  body: any
}

/** Calls a handler as a client. */
export function caller(
  handler: Pick<HttpHandler, 'fetch'>,
  token: string = tokens.read,
): (path: string, init?: RequestInit) => Promise<Answer> {
  return async (path, init = {}) => {
    const headers = new Headers(init.headers)
    if (token !== '' && !headers.has('authorization'))
      headers.set('authorization', `Bearer ${token}`)
    const request = new Request(`http://crm.example${path}`, { ...init, headers })
    const response = await handler.fetch(request)
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const body = isJson && text ? JSON.parse(text) : text
    return { status: response.status, headers: response.headers, text, body }
  }
}
