import type { Crm } from '../crm.js'
import type { ObjectType } from '../object-types.js'
import { activeMembers } from '../portal-lists.js'
import { type ListKind, type RecordList, shapeList } from '../record-lists.js'
import { invalid, json, noContent, notFound } from '../replies.js'
import {
  fieldsOf,
  optionalInteger,
  optionalText,
  optionalTexts,
  textOf,
} from '../validation/bodies.js'
import { booleanParameter, type Context, listParameter, type Route, tableOf } from './route.js'

/**
 * What routes have in common that read lists. Source: HubSpot API specification.
 *
 * @param end - the end of their paths.
 */
export function readsLists(
  operation: Route['operation'],
  method: Route['method'],
  end = '',
): Omit<Route, 'handle'> {
  const paths = [`/crm/v3/lists${end}`, `/crm/lists/:version${end}`]
  return { operation, method, paths, lane: 'burst', scopes: () => ['crm.lists.read'] }
}

/** What those have in common that write them. */
export function writesLists(...head: Parameters<typeof readsLists>): Omit<Route, 'handle'> {
  return { ...readsLists(...head), writes: true, scopes: () => ['crm.lists.write'] }
}

const KINDS: readonly ListKind[] = ['MANUAL', 'DYNAMIC', 'SNAPSHOT']
/** Source: HubSpot docs, "Lists". */
const MOST_AT_ONCE = 500
const AT_ONCE = 20

/** The list in the path, which isn't deleted. */
export function listInPath({ crm, params }: Context): RecordList {
  const list = crm.lists.find(params.list)
  if (!list || list.deletedAt !== undefined) throw notFound()
  return list
}

function shape({ crm }: Context, list: RecordList, withFilters: boolean) {
  const shaped = { ...shapeList(list), size: activeMembers(crm, list).length }
  return withFilters && list.filterBranch ? { ...shaped, filterBranch: list.filterBranch } : shaped
}

const asked = (context: Context) => booleanParameter(context, 'includeFilters')

function requireOwnName({ lists }: Crm, type: ObjectType, name: string): void {
  if (lists.named(type, name))
    throw invalid(`A list of ${type.name} with the name ${name} already exists`)
}

/** Adds a list. */
export const createList: Route = {
  ...writesLists('list-create', 'POST'),
  handle: (context) => {
    const body = fieldsOf(context.body, 'name', 'objectTypeId', 'processingType')
    const { type } = tableOf({ ...context, params: { type: textOf(body.objectTypeId) } })
    const [name, kind] = [textOf(body.name), textOf(body.processingType) as ListKind]
    if (!KINDS.includes(kind))
      throw invalid(`processingType must be one of ${KINDS.join(', ')}, but was ${kind}`)
    requireOwnName(context.crm, type, name)
    if (kind !== 'MANUAL' && !body.filterBranch)
      throw invalid(`A list with the processingType ${kind} needs a filterBranch`)
    const filterBranch = body.filterBranch ? { ...fieldsOf(body.filterBranch) } : undefined
    const list = context.crm.lists.create(
      type,
      filterBranch ? { name, kind, filterBranch } : { name, kind },
    )
    return json({ list: shape(context, list, true) })
  },
}

/** The lists with these ids. Others are left out. */
export const listsByIds: Route = {
  ...readsLists('lists', 'GET'),
  handle: (context) => {
    const ids = listParameter(context, 'listIds') ?? []
    const lists = context.crm.lists.all().filter(({ id }) => ids.includes(String(id)))
    return json({ lists: lists.map((list) => shape(context, list, asked(context))) })
  },
}

/** One list. */
export const oneList: Route = {
  ...readsLists('list-by-id', 'GET', '/:list'),
  handle: (context) => json({ list: shape(context, listInPath(context), asked(context)) }),
}

/** The list of a type that has this name. */
export const listByName: Route = {
  ...readsLists('list-by-name', 'GET', '/object-type-id/:type/name/:name'),
  handle: (context) => {
    const list = context.crm.lists.named(tableOf(context).type, context.params.name!)
    if (!list) throw notFound()
    return json({ list: shape(context, list, asked(context)) })
  },
}

/** What search tells of a list besides, if there is something to tell. The form of the dates isn't documented. */
function additional({ crm }: Context, list: RecordList, more: readonly string[]) {
  const values: Record<string, unknown> = {
    hs_list_size: activeMembers(crm, list).length,
    hs_last_record_added_at: list.lastAddedAt,
    hs_last_record_removed_at: list.lastRemovedAt,
    hs_list_reference_count: 0,
  }
  if (more.includes('hs_lastmodifieddate')) values.hs_lastmodifieddate = list.updatedAt
  const known = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]))
}

/** Lists by name, kind or id, in the order of their ids. Source: HubSpot docs, "Lists". */
export const searchLists: Route = {
  ...readsLists('list-search', 'POST', '/search'),
  handle: (context) => {
    const body = fieldsOf(context.body)
    const [query, objectTypeId] = [optionalText(body, 'query'), optionalText(body, 'objectTypeId')]
    const [ids, kinds] = [optionalTexts(body, 'listIds'), optionalTexts(body, 'processingTypes')]
    const more = optionalTexts(body, 'additionalProperties') ?? []
    const offset = optionalInteger(body, 'offset') ?? 0
    if (offset < 0) throw invalid(`offset must be at least 0, but was ${offset}`)
    const count = optionalInteger(body, 'count') ?? AT_ONCE
    if (count < 1 || count > MOST_AT_ONCE)
      throw invalid(`count must be from 1 to ${MOST_AT_ONCE}, but was ${count}`)
    const found = context.crm.lists
      .all()
      .filter(
        ({ id, name, kind, type }) =>
          (!query || name.toLowerCase().includes(query.toLowerCase())) &&
          (!objectTypeId || type.typeId === objectTypeId) &&
          (!ids?.length || ids.includes(String(id))) &&
          (!kinds?.length || kinds.includes(kind)),
      )
    const lists = found.slice(offset, offset + count).map((list) => ({
      ...shapeList(list),
      additionalProperties: additional(context, list, more),
    }))
    const next = offset + lists.length
    return json({ lists, hasMore: next < found.length, offset: next, total: found.length })
  },
}

/** Deletes a list, which can be restored. */
export const deleteList: Route = {
  ...writesLists('list-delete', 'DELETE', '/:list'),
  handle: (context) => {
    context.crm.lists.delete(listInPath(context), true)
    return noContent
  },
}

/** Brings a deleted list back. */
export const restoreList: Route = {
  ...writesLists('list-restore', 'PUT', '/:list/restore'),
  handle: ({ crm, params }) => {
    const list = crm.lists.find(params.list)
    if (!list) throw notFound()
    if (list.deletedAt === undefined) return noContent
    requireOwnName(crm, list.type, list.name)
    crm.lists.delete(list, false)
    return noContent
  },
}

/** Renames a list. */
export const renameList: Route = {
  ...writesLists('list-rename', 'PUT', '/:list/update-list-name'),
  handle: (context) => {
    const list = listInPath(context)
    const name = context.url.searchParams.get('listName')
    if (!name) throw invalid('listName is required')
    if (name !== list.name) requireOwnName(context.crm, list.type, name)
    context.crm.lists.rename(list, name)
    return json({ updatedList: shape(context, list, asked(context)) })
  },
}

/** Changes the filters of a list. They are kept, and evaluated by nobody. */
export const refilterList: Route = {
  ...writesLists('list-filters', 'PUT', '/:list/update-list-filters'),
  handle: (context) => {
    const list = listInPath(context)
    if (list.kind !== 'DYNAMIC')
      throw invalid(`Only lists with the processingType DYNAMIC have filters that can change`)
    const { filterBranch } = fieldsOf(context.body, 'filterBranch')
    context.crm.lists.refilter(list, { ...fieldsOf(filterBranch) })
    return json({ updatedList: shape(context, list, true) })
  },
}
