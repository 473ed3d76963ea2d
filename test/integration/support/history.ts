import assert from 'node:assert/strict'
import * as core from '@hubsync/core'
import { deals, type HistoryGap, type Store, type StoredHistoryEntry } from '@hubsync/core'
import type { HistoryEntry, Portal } from '@hubsync/emulator'
import { type Between, createTrapWorld, HOUR } from '../../traps/trap-world.js'
import { populate } from './world.js'

/** The properties that `historied` keeps the history of. */
export const properties = ['dealstage', 'pipeline', 'amount']
/** Deals with the history of stage and amount. */
export const historied = [deals.extend({ history: ['stage', 'amount'] })]

/** A portal with deals, the first of which was changed, and a mirror of it, which no run has filled yet. */
export async function historiedWorld(
  count: number,
  options: Parameters<typeof createTrapWorld>[1] = {},
) {
  const world = createTrapWorld(core, { objects: historied, associations: [], ...options })
  const { deals: ids } = populate(world.portal, { contacts: 0, companies: 0, deals: count })
  const [first = ''] = ids
  await world.clock.advance(2 * HOUR)
  world.portal.update('deals', first, { dealstage: 'qualifiedtobuy' })
  await world.clock.advance(2 * HOUR)
  const portalId = String(world.portal.portalId)
  /** The history of a record in the mirror. */
  const here = (id: string) => historyHere(world.store, portalId, 'deals', id)
  const gaps = (id: string) => gapsHere(world.store, portalId, 'deals', id)
  /** Changes deals, each at another moment, and lets two hours pass. */
  const change = async (ids: readonly string[], values: Record<string, string>) => {
    for (const id of ids) {
      world.clock.set(world.clock.now() + 1)
      world.portal.update('deals', id, values)
    }
    await world.clock.advance(2 * HOUR)
  }
  return { ...world, ids, first, here, gaps, change }
}

/** A call that reads deals. */
interface ReadingCall {
  operation: 'list' | 'batch-read'
  /** How many records it asks for. */
  records: number | undefined
  /** The properties whose history it asks for. */
  history: string[]
}

/** The calls that read deals. */
export function readsOf({ calls }: Portal): ReadingCall[] {
  return calls.flatMap(({ operation, objectType, query, body, limit, ids }): ReadingCall[] => {
    if (objectType !== 'deals' || (operation !== 'list' && operation !== 'batch-read')) return []
    const inBody = (body as { propertiesWithHistory?: string[] } | undefined)?.propertiesWithHistory
    const history = query.propertiesWithHistory?.split(',') ?? inBody ?? []
    return [{ operation, records: limit ?? ids, history }]
  })
}

/** How many records each batch read asked for. */
export function batchesOf(portal: Portal): (number | undefined)[] {
  return readsOf(portal).flatMap(({ operation, records }) =>
    operation === 'batch-read' ? [records] : [],
  )
}

/** A record in a reply with history. */
export interface Reply {
  id: string
  properties: Record<string, string | null>
  propertiesWithHistory: Record<string, unknown>
}

/**
 * Changes the records in replies with history.
 *
 * @param change - is given a record, and how many times it has been in such a reply. It returns what replaces the record.
 */
export function tampering(change: (record: Reply, times: number) => Reply | Reply[]): Between {
  const times = new Map<string, number>()
  return async (call, answer) => {
    const reply = await answer()
    const body = call.body as { propertiesWithHistory?: string[] } | undefined
    const isAsked = call.qs?.propertiesWithHistory || body?.propertiesWithHistory?.length
    if (!isAsked || !reply.ok) return reply
    const json = (await reply.json()) as { results: Reply[] }
    const results = json.results.flatMap((record) => {
      const count = (times.get(record.id) ?? 0) + 1
      times.set(record.id, count)
      return change(record, count)
    })
    return Response.json({ ...json, results }, { headers: reply.headers })
  }
}

/** What the portal gives now of the history of its records, by id and property, newest first. */
async function historyIn(
  portal: Portal,
  object: string,
  properties: readonly string[],
  { archived = false } = {},
): Promise<Map<string, Record<string, HistoryEntry[]>>> {
  const found = new Map<string, Record<string, HistoryEntry[]>>()
  const ids = [...portal.records(object, { archived })].map(({ id }) => `${id}`)
  for (let start = 0; start < ids.length; start += 50) {
    const url = `https://api.hubapi.com/crm/objects/2026-03/${object}/batch/read?archived=${archived}`
    const reply = await portal.fetch(
      new Request(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${portal.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          inputs: ids.slice(start, start + 50).map((id) => ({ id })),
          properties: [],
          propertiesWithHistory: properties,
        }),
      }),
    )
    const { results } = (await reply.json()) as {
      results: { id: string; propertiesWithHistory: Record<string, HistoryEntry[]> }[]
    }
    for (const { id, propertiesWithHistory } of results) found.set(id, propertiesWithHistory)
  }
  return found
}

/** The history of a record in the mirror, newest first. */
export async function historyHere(
  store: Store,
  portalId: string,
  object: string,
  id: string,
): Promise<StoredHistoryEntry[]> {
  return store.history(portalId, object, id, { limit: 1_000 })
}

/** The gaps in the history of a record. */
async function gapsHere(
  store: Store,
  portalId: string,
  object: string,
  id: string,
): Promise<HistoryGap[]> {
  return store.historyGaps(portalId, object, id, { limit: 1_000 })
}

/**
 * Compares the history in the mirror with the portal's: everything that the portal still gives is here, once, and
 * nothing else within the time that it tells of. Throws at the first difference.
 */
export async function expectHistory(
  portal: Portal,
  store: Store,
  object: string,
  properties: readonly string[],
): Promise<void> {
  const portalId = String(portal.portalId)
  for (const archived of [false, true])
    for (const [id, given] of await historyIn(portal, object, properties, { archived })) {
      const here = await historyHere(store, portalId, object, id)
      for (const property of properties) {
        const entries = given[property] ?? []
        const oldest = entries.at(-1)?.timestamp ?? ''
        const own = here.filter(
          (entry) => entry.property === property && !entry.mergedFrom && entry.changedAt >= oldest,
        )
        assert.deepEqual(
          own.map(({ changedAt, value, userId }) => [changedAt, value, userId]),
          entries.map(({ timestamp, value, updatedByUserId }) => [
            timestamp,
            value,
            updatedByUserId === undefined ? null : String(updatedByUserId),
          ]),
          `${object} ${id}: ${property}`,
        )
      }
    }
}
