import { activeMembers } from '../portal-lists.js'
import { parseId } from '../record-ids.js'
import type { RecordList } from '../record-lists.js'
import { isoDate } from '../record-shape.js'
import { invalid, json, noContent, notFound, type Reply } from '../replies.js'
import { fieldsOf, inputsOf, optionalTexts, textOf, textsOf } from '../validation/bodies.js'
import { batchReply } from './batch-reply.js'
import { listInPath, readsLists, writesLists } from './record-lists.js'
import { type Context, integerParameter, type Route, tableOf } from './route.js'

/** Source: HubSpot docs, "Lists". */
const A_PAGE = { fallback: 100, maximum: 250 }
/** How many records a batch may name isn't documented. */
const MOST_RECORDS = 100

/** A member with its place in the order of the page. */
interface Placed {
  readonly key: readonly [number, number]
  readonly id: number
  readonly addedAt: number
}

const cursorOf = ({ key }: Placed) => Buffer.from(key.join(' ')).toString('base64url')

function placeOf(cursor: string): [number, number] {
  const [first = Number.NaN, second = Number.NaN] = Buffer.from(cursor, 'base64url')
    .toString()
    .split(' ')
    .map(Number)
  if (Number.isNaN(first + second)) throw invalid(`Invalid cursor: ${cursor}`)
  return [first, second]
}

const compare = (a: readonly [number, number], b: readonly [number, number]) =>
  a[0] - b[0] || a[1] - b[1]

/** A page of the members, from `after` on or right before `before`. */
function pageOf(context: Context, members: readonly Placed[]): Reply {
  const { searchParams } = context.url
  const limit = integerParameter(context, 'limit', A_PAGE)
  const [after, before] = [searchParams.get('after'), searchParams.get('before')]
  const ordered = members.toSorted((a, b) => compare(a.key, b.key))
  const countTo = (cursor: string) => {
    const place = placeOf(cursor)
    return ordered.filter(({ key }) => compare(key, place) < 0).length
  }
  const end = before ? countTo(before) : undefined
  const start = end === undefined ? (after ? countTo(after) : 0) : Math.max(0, end - limit)
  const page = ordered.slice(start, end ?? start + limit)
  const next = ordered[start + page.length]
  const paging = {
    ...(next ? { next: link(context, 'after', cursorOf(next)) } : {}),
    ...(start > 0 && page[0] ? { prev: link(context, 'before', cursorOf(page[0])) } : {}),
  }
  const results = page.map(({ id, addedAt }) => ({
    recordId: String(id),
    membershipTimestamp: isoDate(addedAt),
  }))
  const body = { results, total: ordered.length }
  return json(Object.keys(paging).length === 0 ? body : { ...body, paging })
}

function link<Name extends string>({ url }: Context, name: Name, cursor: string) {
  const address = new URL(url)
  for (const one of ['after', 'before']) address.searchParams.delete(one)
  address.searchParams.set(name, cursor)
  return { [name]: cursor, link: address.href }
}

/** The members of a list, by record id or in the order in which they joined. */
export const listMembers: readonly Route[] = (
  ['memberships', 'memberships/join-order'] as const
).map(
  (what): Route => ({
    ...readsLists(
      what === 'memberships' ? 'list-members' : 'list-members-by-join',
      'GET',
      `/:list/${what}`,
    ),
    handle: (context) => {
      const list = listInPath(context)
      const members = activeMembers(context.crm, list).map((id): Placed => {
        const { addedAt } = list.members.get(id)!
        return { id, addedAt, key: what === 'memberships' ? [id, 0] : [addedAt, id] }
      })
      return pageOf(context, members)
    },
  }),
)

/** A list whose members can be written: not one that its filters fill. */
function writableList(context: Context): RecordList {
  const list = listInPath(context)
  if (list.kind === 'DYNAMIC')
    throw invalid(`The memberships of list ${list.id} are set by its filters and can't be changed`)
  return list
}

function change(
  { crm }: Context,
  list: RecordList,
  add: readonly string[],
  remove: readonly string[],
) {
  const present = (text: string) => {
    const id = parseId(text)
    return id !== undefined && crm.isActive(list.type, id)
  }
  const recordsIdsAdded = add.filter((id) => present(id) && crm.lists.add(list, Number(id)))
  const recordIdsRemoved = remove.filter((id) => present(id) && crm.lists.remove(list, Number(id)))
  const recordIdsMissing = [...add, ...remove].filter((id) => !present(id))
  return json({ recordsIdsAdded, recordIdsRemoved, recordIdsMissing })
}

/** Adds records to a list, removes them, or does both. Records that aren't there are named. */
export const changeMembers: readonly Route[] = (['add', 'remove', 'add-and-remove'] as const).map(
  (verb): Route => ({
    ...writesLists(`list-${verb}`, 'PUT', `/:list/memberships/${verb}`),
    handle: (context) => {
      const list = writableList(context)
      if (verb === 'add') return change(context, list, textsOf(context.body), [])
      if (verb === 'remove') return change(context, list, [], textsOf(context.body))
      const body = fieldsOf(context.body)
      const texts = (name: string) => optionalTexts(body, name) ?? []
      return change(context, list, texts('recordIdsToAdd'), texts('recordIdsToRemove'))
    },
  }),
)

/** Adds the members of another list of the same type. */
export const addFromList: Route = {
  ...writesLists('list-add-from', 'PUT', '/:list/memberships/add-from/:source'),
  handle: (context) => {
    const { crm, params } = context
    const list = writableList(context)
    const source = crm.lists.find(params.source)
    if (!source || source.deletedAt !== undefined) throw notFound()
    if (source.type !== list.type) throw invalid('Both lists must be of the same object type')
    for (const id of activeMembers(crm, source)) crm.lists.add(list, id)
    return noContent
  },
}

/** Removes all members. */
export const emptyList: Route = {
  ...writesLists('list-empty', 'DELETE', '/:list/memberships'),
  handle: (context) => {
    const list = writableList(context)
    for (const id of [...list.members.keys()]) context.crm.lists.remove(list, id)
    return noContent
  },
}

/** The lists that a record is in. */
function listsOf({ crm }: Context, typeId: string, id: number | undefined) {
  if (id === undefined) return []
  const own = crm.lists
    .all()
    .filter(({ type, members }) => type.typeId === typeId && members.has(id))
  return own.map(({ id: listId, version, members }) => ({
    listId: String(listId),
    listVersion: version,
    firstAddedTimestamp: isoDate(members.get(id)!.firstAddedAt),
    lastAddedTimestamp: isoDate(members.get(id)!.addedAt),
    isPublicList: true,
  }))
}

/** The lists that one record is in. */
export const listsOfRecord: Route = {
  ...readsLists('record-lists', 'GET', '/records/:type/:id/memberships'),
  handle: (context) => {
    const { type } = tableOf(context)
    const id = parseId(context.params.id)
    if (id === undefined || !context.crm.isActive(type, id)) throw notFound()
    const results = listsOf(context, type.typeId, id)
    return json({ results, total: results.length })
  },
}

/** The lists that several records are in. One that isn't there is in none. */
export const listsOfRecords: Route = {
  ...readsLists('record-lists-batch', 'POST', '/records/memberships/batch/read'),
  handle: (context) => {
    const inputs = inputsOf(context.body, MOST_RECORDS, 'objectTypeId', 'recordId')
    const results = inputs.map((input) => {
      const [objectTypeId, recordId] = [textOf(input.objectTypeId), textOf(input.recordId)]
      const recordListMemberships = listsOf(context, objectTypeId, parseId(recordId))
      return { objectTypeId, recordId, recordListMemberships }
    })
    return batchReply(context, results, [])
  },
}
