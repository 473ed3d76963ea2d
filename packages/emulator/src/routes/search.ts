import type { ObjectTable } from '../object-table.js'
import type { IdOrder } from '../portal-variants.js'
import { shapeRecord } from '../record-shape.js'
import { errorBody, invalid, json, Refusal } from '../replies.js'
import {
  type Bounds,
  compileFilter,
  type Filter,
  type FilterContext,
  FilterError,
  type Predicate,
} from '../search-filters.js'
import type { CompiledQuery } from '../search-index.js'
import { comparableOf, textOf } from '../search-values.js'
import type { ViewKey } from '../sorted-view.js'
import type { StoredRecord } from '../stored-record.js'
import { objectScopes, readable, recordTableOf } from './readable.js'
import { type Context, listOf, objectBody, type Route } from './route.js'

/** Source of these limits: HubSpot docs, "CRM search". */
const MAXIMUM = { limit: 200, results: 10_000, groups: 5, filters: 6, allFilters: 18, query: 3_000 }

function pageOf(body: Record<string, unknown>): { after: number; limit: number } {
  const limit = Number(body.limit ?? 10)
  if (!Number.isInteger(limit) || limit < 0 || limit > MAXIMUM.limit)
    throw invalid(
      `limit must be a whole number from 0 to ${MAXIMUM.limit}, but was ${String(body.limit)}`,
    )
  const given = body.after ?? 0
  if (!/^\d*$/.test(String(given)))
    throw invalid(
      `Cannot deserialize value of type \`int\` from String "${String(given)}": not a valid \`int\` value`,
    )
  const after = Number(given)
  if (after + limit > MAXIMUM.results)
    throw invalid(
      `Paging through more than ${MAXIMUM.results} results is not supported, but after was ${after}`,
    )
  return { after, limit }
}

function filterContext({ crm, idOrder }: Context, table: ObjectTable): FilterContext {
  return {
    type: table.type,
    properties: table.properties,
    idOrder: idOrder.filter,
    associated: (record, typeName, id) => {
      const to = crm.types.find(typeName)
      // There are no association filters for custom objects. Source: HubSpot docs, "CRM search".
      if (!to || to.fullyQualifiedName)
        throw new FilterError(400, `Invalid association filter on ${typeName}`)
      return crm.graph.between(table.type, record.id, to, id).length > 0
    },
  }
}

function objectIn(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw invalid('Invalid input JSON: expected filter groups and filters to be objects')
}

function groupsOf(body: Record<string, unknown>): Filter[][] {
  const bare = listOf(body, 'filters')
  // A bare list of filters is one group.
  const groups = listOf(body, 'filterGroups') ?? (bare ? [{ filters: bare }] : [])
  const lists = groups.map((group) => (listOf(objectIn(group), 'filters') ?? []).map(objectIn))
  const all = lists.reduce((count, filters) => count + filters.length, 0)
  if (lists.length > MAXIMUM.groups)
    throw invalid(`At most ${MAXIMUM.groups} filterGroups are allowed, but were ${lists.length}`)
  if (lists.some((filters) => filters.length > MAXIMUM.filters))
    throw invalid(`At most ${MAXIMUM.filters} filters are allowed in a group`)
  if (all > MAXIMUM.allFilters)
    throw invalid(`At most ${MAXIMUM.allFilters} filters are allowed, but were ${all}`)
  return lists as unknown as Filter[][]
}

/**
 * Bounds that include the matches of all groups: only for keys that every group bounds, with the widest range of each.
 */
function unionOfBounds(groups: readonly (readonly Bounds[])[]): Bounds[] {
  const keys = new Set(groups.flatMap((bounds) => bounds.map(({ key }) => key)))
  return [...keys].flatMap((key) => {
    const stretches = groups.map((bounds) => intersection(bounds, key))
    if (stretches.some((stretch) => stretch === undefined)) return []
    const lows = stretches.map((stretch) => stretch!.low)
    const highs = stretches.map((stretch) => stretch!.high)
    return [{ key, low: extreme(lows, (a, b) => a < b), high: extreme(highs, (a, b) => a > b) }]
  })
}

type Value = number | string | undefined

function extreme(
  values: readonly Value[],
  better: (a: number | string, b: number | string) => boolean,
): Value {
  return values.reduce((best, value) =>
    best === undefined || value === undefined ? undefined : better(value, best) ? value : best,
  )
}

function intersection(
  bounds: readonly Bounds[],
  key: ViewKey,
): { low: Value; high: Value } | undefined {
  const own = bounds.filter((one) => one.key === key)
  if (own.length === 0) return undefined
  const tightest = (values: Value[], better: (a: number | string, b: number | string) => boolean) =>
    values
      .filter((value) => value !== undefined)
      .reduce<Value>(
        (best, value) => (best === undefined || better(value!, best) ? value : best),
        undefined,
      )
  return {
    low: tightest(
      own.map(({ low }) => low),
      (a, b) => a > b,
    ),
    high: tightest(
      own.map(({ high }) => high),
      (a, b) => a < b,
    ),
  }
}

function orderOf(
  body: Record<string, unknown>,
  context: FilterContext,
  idOrder: IdOrder,
): Pick<CompiledQuery, 'order' | 'descending'> {
  const sorts = listOf(body, 'sorts') ?? []
  if (sorts.length > 1) throw invalid('Only one sort is allowed')
  // Without a sort, oldest first. Source: HubSpot docs, "CRM search".
  if (sorts.length === 0) return { order: 'created', descending: false }
  const sort = sorts[0] as string | { propertyName?: unknown; direction?: unknown }
  const name = typeof sort === 'string' ? sort.replace(/^-/, '') : String(sort.propertyName)
  const descending =
    typeof sort === 'string' ? sort.startsWith('-') : sort.direction === 'DESCENDING'
  if (name === 'hs_object_id') return { order: idOrder === 'number' ? 'id' : 'id-text', descending }
  if (name === context.type.modifiedProperty) return { order: 'modified', descending }
  if (name === context.type.createdProperty) return { order: 'created', descending }
  const value = comparableOf(name, context)
  const order = (a: StoredRecord, b: StoredRecord) => {
    const [one, other] = [value(a), value(b)]
    if (one === other) return a.id - b.id
    if (one === undefined || other === undefined) return one === undefined ? 1 : -1
    return one < other ? -1 : 1
  }
  return { order, descending }
}

function compile(
  context: Context,
  table: ObjectTable,
  body: Record<string, unknown>,
): CompiledQuery {
  const filters = filterContext(context, table)
  const groups = groupsOf(body).map((group) =>
    group.map((filter) => compileFilter(filter, filters)),
  )
  const query = typeof body.query === 'string' ? body.query : ''
  if (query.length > MAXIMUM.query)
    throw invalid(`query must have at most ${MAXIMUM.query} characters`)
  const conditions = JSON.stringify([body.filterGroups, body.filters, body.sorts, query])
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const searched = table.properties.queried()
  const hasWords: Predicate = (record) =>
    words.every((word) =>
      searched.some((name) => textOf(record, name, table.type)?.toLowerCase().includes(word)),
    )
  const meetsFilters = anyOf(groups.map((group) => allOf(group.map(({ matches }) => matches))))
  return {
    // Not cached: associations change without a notification to the index.
    key: conditions.includes('"associations.') ? undefined : conditions,
    matches:
      words.length === 0 ? meetsFilters : (record) => hasWords(record) && meetsFilters(record),
    bounds: unionOfBounds(groups.map((group) => group.flatMap(({ bounds }) => bounds ?? []))),
    ...orderOf(body, filters, context.idOrder.sort),
  }
}

function allOf(conditions: readonly Predicate[]): Predicate {
  return (record) => {
    for (const matches of conditions) if (!matches(record)) return false
    return true
  }
}

function anyOf(conditions: readonly Predicate[]): Predicate {
  return conditions.length < 2
    ? (conditions[0] ?? (() => true))
    : (record) => conditions.some((matches) => matches(record))
}

/**
 * A search. Its index may lag: it finds records by their values in the index. Records that are gone count in `total`
 * but aren't returned. The others are returned with their current values.
 */
export const search: Route = {
  operation: 'search',
  method: 'POST',
  paths: ['/crm/v3/objects/:type/search', '/crm/objects/:version/:type/search'],
  lane: 'search',
  scopes: objectScopes,
  handle: (context) => {
    const table = recordTableOf(context, 'search')
    const body = objectBody(context)
    const { after, limit } = pageOf(body)
    const found = findOrRefuse(context, table, body)
    const named = listOf(body, 'properties') ?? []
    const asked = named.length > 0 ? named.map(String) : undefined
    const names = readable(context, table, table.properties.returned(asked, 'search'))
    const results = found
      .slice(after, after + limit)
      .map((id) => table.records.get(id))
      .filter((record) => record !== undefined && record.archivedAt === undefined)
      .map((record) => shapeRecord(table, record!, names, context.account))
    const next = after + limit
    const paging = next < found.length ? { paging: { next: { after: String(next) } } } : {}
    return json({ total: found.length, results, ...paging })
  },
}

function findOrRefuse(
  context: Context,
  table: ObjectTable,
  body: Record<string, unknown>,
): readonly number[] {
  try {
    return table.index.find(compile(context, table, body), context.now)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    if (error.status === 500) throw new Refusal(500, errorBody(error.message))
    throw invalid(error.message)
  }
}
