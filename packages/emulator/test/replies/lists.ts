import * as shapes from '../shapes.js'
import { type Examples, NOWHERE, type World } from './case.js'

const notFound = { status: 404, shape: shapes.notFound } as const
const invalid = { status: 400, shape: shapes.validationError } as const
const nothing = { status: 204, shape: undefined } as const

const known = {
  ...{ listId: 'id', listVersion: 'number', name: 'string', objectTypeId: 'string' },
  ...{ processingType: 'MANUAL|DYNAMIC|SNAPSHOT', processingStatus: 'COMPLETE' },
  ...{ createdAt: 'isoDate', updatedAt: 'isoDate', filtersUpdatedAt: 'isoDate' },
  ...{ createdById: 'id', updatedById: 'id' },
}
const list = { ...known, size: 'number' }
const filterBranch = { filterBranchType: 'string', filterBranches: 'none', filters: 'none' }
const filtered = { ...list, filterBranch }
const branch = { filterBranchType: 'OR', filterBranches: [], filters: [] }
const found = {
  ...{ hasMore: 'boolean', offset: 'number', total: 'number' },
  lists: [
    {
      ...known,
      additionalProperties: {
        ...{ hs_list_size: 'string', hs_list_reference_count: 'string' },
        'hs_last_record_added_at?': 'string',
        'hs_last_record_removed_at?': 'string',
        'hs_lastmodifieddate?': 'string',
      },
    },
  ],
}
const member = { recordId: 'id', membershipTimestamp: 'isoDate' }
const members = {
  ...{ results: [member], total: 'number' },
  'paging?': {
    'next?': { after: 'string', link: 'string' },
    'prev?': { before: 'string', link: 'string' },
  },
}
const changed = {
  ...{ recordsIdsAdded: 'strings', recordIdsRemoved: 'strings' },
  recordIdsMissing: 'strings',
}
const membership = {
  ...{ listId: 'id', listVersion: 'number', isPublicList: 'boolean' },
  ...{ firstAddedTimestamp: 'isoDate', lastAddedTimestamp: 'isoDate' },
}

/** A list with both contacts in it. */
const friends = ({ portal, contact, other }: World) => {
  const id = portal.createList('contacts', { name: 'Friends' })
  for (const one of [contact, other]) portal.addToList(id, one)
  return id
}
const filters = ({ portal }: World) =>
  portal.createList('contacts', { name: 'Filtered', kind: 'DYNAMIC', filterBranch: branch })
const inList =
  (parts: { query?: string; body?: unknown } = {}) =>
  (world: World) => ({
    ...parts,
    params: { list: friends(world) },
  })
const nowhere = { ...notFound, call: () => ({ params: { list: NOWHERE }, body: [] }) }
const dynamic = {
  ...invalid,
  call: (world: World) => ({ params: { list: filters(world) }, body: [] }),
}
const manual = { name: 'New', objectTypeId: '0-1', processingType: 'MANUAL' }

const memberships: Examples = Object.fromEntries(
  ['memberships', 'memberships/join-order'].map((what) => [
    `GET /crm/v3/lists/:list/${what}`,
    [
      { status: 200, shape: members, call: inList({ query: '?limit=1' }) },
      {
        ...{ status: 200, shape: members },
        call: async (world: World) => {
          const id = friends(world)
          const { body } = await world.get(`/crm/v3/lists/${id}/${what}?limit=1`)
          return { params: { list: id }, query: `?limit=1&after=${body.paging.next.after}` }
        },
      },
      { ...invalid, call: inList({ query: '?limit=251' }) },
      nowhere,
    ],
  ]),
)

/** Lists and their members. */
export const lists: Examples = {
  ...memberships,
  'GET /crm/v3/lists': [
    {
      ...{ status: 200, shape: { lists: [list] } },
      call: (world) => ({ query: `?listIds=${friends(world)}` }),
    },
  ],
  'POST /crm/v3/lists': [
    { status: 200, shape: { list }, call: () => ({ body: manual }) },
    {
      ...{ status: 200, shape: { list: filtered } },
      call: () => ({ body: { ...manual, processingType: 'DYNAMIC', filterBranch: branch } }),
    },
    { ...invalid, call: () => ({ body: { name: 'New' } }) },
    { ...invalid, call: () => ({ body: { ...manual, processingType: 'DYNAMIC' } }) },
  ],
  'POST /crm/v3/lists/search': [
    {
      ...{ status: 200, shape: found },
      call: (world) => {
        friends(world)
        return { body: { query: 'frie', additionalProperties: ['hs_lastmodifieddate'] } }
      },
    },
    { ...invalid, call: () => ({ body: { count: 501 } }) },
  ],
  'GET /crm/v3/lists/:list': [
    { status: 200, shape: { list }, call: inList() },
    {
      ...{ status: 200, shape: { list: filtered } },
      call: (world) => ({ params: { list: filters(world) }, query: '?includeFilters=true' }),
    },
    nowhere,
  ],
  'GET /crm/v3/lists/object-type-id/:type/name/:name': [
    {
      ...{ status: 200, shape: { list } },
      call: (world) => {
        friends(world)
        return { params: { type: '0-1', name: 'Friends' } }
      },
    },
    { ...notFound, call: () => ({ params: { type: '0-1', name: 'Nobody' } }) },
  ],
  'DELETE /crm/v3/lists/:list': [
    { ...nothing, call: inList() },
    { ...notFound, call: () => ({ params: { list: NOWHERE } }) },
  ],
  'PUT /crm/v3/lists/:list/restore': [
    {
      ...nothing,
      call: async (world) => {
        const id = friends(world)
        await world.remove(`/crm/v3/lists/${id}`)
        return { params: { list: id } }
      },
    },
    nowhere,
  ],
  'PUT /crm/v3/lists/:list/update-list-name': [
    { status: 200, shape: { updatedList: list }, call: inList({ query: '?listName=Others' }) },
    { ...invalid, call: inList() },
  ],
  'PUT /crm/v3/lists/:list/update-list-filters': [
    {
      ...{ status: 200, shape: { updatedList: filtered } },
      call: (world) => ({ params: { list: filters(world) }, body: { filterBranch: branch } }),
    },
    { ...invalid, call: inList({ body: { filterBranch: branch } }) },
  ],
  'PUT /crm/v3/lists/:list/memberships/add': [
    { status: 200, shape: changed, call: inList({ body: [NOWHERE] }) },
    { ...invalid, call: inList({ body: {} }) },
    dynamic,
    nowhere,
  ],
  'PUT /crm/v3/lists/:list/memberships/remove': [
    { status: 200, shape: changed, call: inList({ body: [NOWHERE] }) },
    dynamic,
    nowhere,
  ],
  'PUT /crm/v3/lists/:list/memberships/add-and-remove': [
    {
      ...{ status: 200, shape: changed },
      call: (world) => ({
        params: { list: friends(world) },
        body: { recordIdsToAdd: [NOWHERE], recordIdsToRemove: [world.contact] },
      }),
    },
    dynamic,
  ],
  'PUT /crm/v3/lists/:list/memberships/add-from/:source': [
    {
      ...nothing,
      call: (world) => ({
        params: {
          source: friends(world),
          list: world.portal.createList('contacts', { name: 'Others' }),
        },
      }),
    },
    { ...notFound, call: (world) => ({ params: { list: friends(world), source: NOWHERE } }) },
  ],
  'DELETE /crm/v3/lists/:list/memberships': [{ ...nothing, call: inList() }, dynamic],
  'GET /crm/v3/lists/records/:type/:id/memberships': [
    {
      ...{ status: 200, shape: { results: [membership], total: 'number' } },
      call: (world) => {
        friends(world)
        return { params: { type: '0-1', id: world.contact } }
      },
    },
    { ...notFound, call: () => ({ params: { type: '0-1', id: NOWHERE } }) },
  ],
  'POST /crm/v3/lists/records/memberships/batch/read': [
    {
      status: 200,
      shape: shapes.batchOf({
        ...{ objectTypeId: 'string', recordId: 'id' },
        recordListMemberships: [membership],
      }),
      call: (world) => {
        friends(world)
        return { body: { inputs: [{ objectTypeId: '0-1', recordId: world.contact }] } }
      },
    },
  ],
}
