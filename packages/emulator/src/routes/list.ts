import { shapeHistory } from '../history-shape.js'
import type { ObjectTable } from '../object-table.js'
import type { ListOrder } from '../portal-variants.js'
import { scramble } from '../random.js'
import { parseId } from '../record-ids.js'
import { type HubspotRecord, shapeRecord } from '../record-shape.js'
import { invalid, json, notFound, type Refusal } from '../replies.js'
import type { StoredRecord } from '../stored-record.js'
import { finder } from './find-record.js'
import { INLINE_ASSOCIATIONS, plainPage, pluralName } from './plain-associations.js'
import { objectScopes, readable, recordTableOf } from './readable.js'
import {
  booleanParameter,
  type Context,
  integerParameter,
  listParameter,
  type Route,
} from './route.js'

/** With histories the limit is half as high. Source: HubSpot API specification; several reports. */
export function historyLimit(): Refusal {
  return invalid(
    'The maximum number of inputs supported in a batch request for property histories is 50. Please reduce the number of items and try again',
  )
}

/** The inline associations of a list: plural keys, the first page of each. */
function inlineAssociations(context: Context, from: ObjectTable, record: StoredRecord) {
  const associations: NonNullable<HubspotRecord['associations']> = {}
  for (const name of listParameter(context, 'associations') ?? []) {
    const type = context.crm.types.find(name)
    if (!type) continue
    const ends = { from, to: context.crm.table(type) }
    const page = plainPage(context, ends, record.id, { size: INLINE_ASSOCIATIONS })
    if (page.results.length > 0) associations[pluralName(type)] = page
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
  const asked = listParameter(context, 'propertiesWithHistory')
  const history =
    asked &&
    readable(
      context,
      table,
      asked.filter((name) => properties.get(name)),
    )
  return (record: StoredRecord): HubspotRecord => {
    const past = history && shapeHistory(table, record, history, context.now)
    const { url, ...shaped } = shapeRecord(table, record, names, context.account, past)
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
    if (limit > 50 && listParameter(context, 'propertiesWithHistory')?.length) throw historyLimit()
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

/** One record, by its id, that of a record that was merged into it, or a unique property. */
export const get: Route = {
  operation: 'get',
  method: 'GET',
  paths: ['/crm/v3/objects/:type/:id', '/crm/objects/:version/:type/:id'],
  lane: 'burst',
  scopes: objectScopes,
  handle: (context) => {
    const table = recordTableOf(context)
    const archived = booleanParameter(context, 'archived')
    const idProperty = context.url.searchParams.get('idProperty')
    const record = finder(table, idProperty, archived)(context.params.id!)
    if (!record) throw notFound()
    return json(shaper(context, table)(record))
  },
}
