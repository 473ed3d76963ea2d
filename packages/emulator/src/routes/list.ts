import type { ObjectTable } from '../object-table.js'
import type { ListOrder } from '../portal-options.js'
import { scramble } from '../random.js'
import { parseId } from '../record-ids.js'
import { type HubspotRecord, shapeRecord } from '../record-shape.js'
import { invalid, json, notFound, type Refusal } from '../replies.js'
import type { StoredRecord } from '../stored-record.js'
import { objectScopes, readable, recordTableOf } from './readable.js'
import {
  booleanParameter,
  type Context,
  integerParameter,
  listParameter,
  type Route,
} from './route.js'

/** How many associations of a type a record in a list has. */
const INLINE_ASSOCIATIONS = 100

/** With histories the limit is half as high. Source: HubSpot API specification; several reports. */
export function historyLimit(): Refusal {
  return invalid(
    'The maximum number of inputs supported in a batch request for property histories is 50. Please reduce the number of items and try again',
  )
}

/** The inline associations of a list: plural keys, one row per type, no type ids. */
function inlineAssociations(context: Context, table: ObjectTable, record: StoredRecord) {
  const { crm, url } = context
  const associations: NonNullable<HubspotRecord['associations']> = {}
  for (const name of listParameter(context, 'associations') ?? []) {
    const to = crm.types.find(name)
    if (!to) continue
    const results: { id: string; type: string }[] = []
    const type = `${table.type.singular}_to_${to.singular}`
    for (const { toId, types } of crm.graph.of(table.type, record.id, to))
      if (crm.isActive(to, toId)) for (const _ of types) results.push({ id: String(toId), type })
    if (results.length === 0) continue
    const page = results.slice(0, INLINE_ASSOCIATIONS)
    const after = results[INLINE_ASSOCIATIONS]?.id
    const link = `${url.origin}${url.pathname}/${record.id}/associations/${to.name}?after=${after}`
    associations[to.fullyQualifiedName ?? to.name] = {
      results: page,
      ...(after ? { paging: { next: { after, link } } } : {}),
    }
  }
  return associations
}

/** Returns a function that converts records to the form that the parameters request. */
function shaper(context: Context, table: ObjectTable) {
  const { properties } = table
  const names = readable(
    context,
    table,
    properties.returned(listParameter(context, 'properties'), 'list'),
  )
  const asked = listParameter(context, 'propertiesWithHistory') ?? []
  const history = readable(
    context,
    table,
    asked.filter((name) => properties.get(name)),
  )
  return (record: StoredRecord): HubspotRecord => {
    const { url, ...shaped } = shapeRecord(table, record, names, context.account, history)
    const associations = inlineAssociations(context, table, record)
    const some = Object.keys(associations).length > 0
    return { ...shaped, ...(some ? { associations } : {}), url }
  }
}

interface Page {
  records: StoredRecord[]
  next: number | undefined
}

type PageOf = (
  table: ObjectTable,
  from: number | undefined,
  limit: number,
  archived: boolean,
) => Page

/** Returns a page for each order of lists, starting at the first id that is at least `from`. */
const pages: Readonly<Record<ListOrder, PageOf>> = {
  ascending: ({ records }, from = 0, limit, archived) => records.page(from, limit, archived),

  repeating: ({ records }, from = 0, limit, archived) => {
    const { records: own, next } = records.page(from, Math.max(1, limit - 2), archived)
    const [first] = own
    if (!first || limit < 3) return { records: own, next }
    let before: StoredRecord | undefined
    for (const record of records.walk(archived)) {
      if (record.id >= first.id) break
      before = record
    }
    return { records: [...(before ? [before] : []), first, ...own], next }
  },

  scrambled: ({ records }, from, limit, archived) => {
    const all = [...records.walk(archived)].sort((a, b) => scramble(a.id) - scramble(b.id))
    const start = from === undefined ? 0 : all.findIndex(({ id }) => scramble(id) >= scramble(from))
    const shown = start < 0 ? [] : all.slice(start, start + limit)
    return { records: shown, next: start < 0 ? undefined : all[start + limit]?.id }
  },
}

/**
 * A page of records by ascending id. `after` is the id to continue from, which needn't exist. Source: HubSpot docs,
 * "Using object APIs"; recorded replies.
 */
export const list: Route = {
  operation: 'list',
  method: 'GET',
  paths: ['/crm/v3/objects/:type', '/crm/objects/:version/:type'],
  lane: 'burst',
  scopes: objectScopes,
  handle: (context) => {
    const table = recordTableOf(context)
    const limit = integerParameter(context, 'limit', { fallback: 10, maximum: 100 })
    if (limit > 50 && listParameter(context, 'propertiesWithHistory')) throw historyLimit()
    const after = context.url.searchParams.get('after')
    const from = after === null || after === '' ? undefined : parseId(after)
    if (after && from === undefined) throw invalid(`Invalid value for after: ${after}`)
    const archived = booleanParameter(context, 'archived')
    const { records, next } = pages[context.listOrder](table, from, limit, archived)
    const results = records.map(shaper(context, table))
    if (next === undefined) return json({ results })
    const link = new URL(context.url)
    link.searchParams.set('after', String(next))
    return json({ results, paging: { next: { after: String(next), link: link.href } } })
  },
}

/** One record, by its id or that of a record that was merged into it. */
export const get: Route = {
  operation: 'get',
  method: 'GET',
  paths: ['/crm/v3/objects/:type/:id', '/crm/objects/:version/:type/:id'],
  lane: 'burst',
  scopes: objectScopes,
  handle: (context) => {
    const table = recordTableOf(context)
    const id = parseId(context.params.id)
    const archived = booleanParameter(context, 'archived')
    const record = id === undefined ? undefined : table.records.find(id, archived)
    if (!record) throw notFound()
    return json(shaper(context, table)(record))
  },
}
