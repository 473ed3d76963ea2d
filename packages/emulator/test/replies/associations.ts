import * as shapes from '../shapes.js'
import { type CallParts, type Examples, isLatest, NOWHERE, partial, partly } from './case.js'

const { batchOf } = shapes
const pair = (parts: CallParts = {}): CallParts => ({
  ...parts,
  params: { from: 'contacts', to: 'companies', ...parts.params },
})
const strangers = { from: 'contacts', to: 'products' }
const plain = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }
const between = (from: string, to: string) => ({ from: { id: from }, to: { id: to } })

const notFound = { status: 404, shape: shapes.notFound } as const
const invalid = { status: 400, shape: shapes.validationError } as const
const nothing = { status: 204, shape: undefined } as const

const named = { id: 'id', type: 'string' }
const v3Result = { from: { id: 'id' }, to: [named], 'paging?': shapes.pagingWithLink }
/** Which labels two records have now. Ids are numbers here. */
const labelled = {
  ...{ fromObjectTypeId: 'string', fromObjectId: 'number' },
  ...{ toObjectTypeId: 'string', toObjectId: 'number', labels: 'strings' },
}
const linked = {
  from: { id: 'id' },
  to: { id: 'id' },
  associationSpec: { associationCategory: 'string', associationTypeId: 'number' },
}
const linkedByName = { from: { id: 'id' }, to: { id: 'id' }, type: 'string' }
const refusedPair = {
  ...{ status: 'error', category: 'VALIDATION_ERROR', message: 'string' },
  context: { fromObjectId: 'strings', toObjectId: 'strings', '*': 'strings' },
}
const isDated = (version: string) => /^\d/.test(version)
const removed = {
  status: (version: string) => (isDated(version) ? 200 : 204),
  shape: (version: string) => (isDated(version) ? shapes.batchWithoutResults : undefined),
}

const readBatch = (complete: shapes.Shape, withErrors: (error: shapes.Shape) => shapes.Shape) => [
  {
    ...{ status: 200, shape: complete },
    call: ({ contact }: { contact: string }) => pair({ body: { inputs: [{ id: contact }] } }),
  },
  {
    ...{ status: partly(200), shape: withErrors(shapes.noAssociations) },
    call: ({ contact, other }: { contact: string; other: string }) =>
      pair({ body: { inputs: [{ id: contact }, { id: other }] } }),
  },
  {
    ...{ status: partly(200), shape: withErrors(shapes.invalidIdentifier) },
    call: () => pair({ body: { inputs: [{ id: 'x' }] } }),
  },
  { ...notFound, call: () => ({ params: strangers, body: { inputs: [] } }) },
]

const LINK_BY_NAME = '/crm/v3/objects/:from/:id/associations/:to/:toId/:association'
const byName = (id: string, toId: string, association: string) =>
  pair({ params: { id, toId, association } })
const LINKS = '/crm/v4/objects/:from/:id/associations'
const PAIR = '/crm/v4/associations/:from/:to'

/** Associations of records. */
export const associations: Examples = {
  'POST /crm/v3/associations/:from/:to/batch/read': readBatch(batchOf(v3Result), (error) =>
    partial(v3Result, error),
  ),
  [`POST ${PAIR}/batch/read`]: readBatch(shapes.associations, shapes.associationsWithErrors),
  [`PUT ${LINK_BY_NAME}`]: [
    {
      ...{ status: 200, shape: { ...shapes.record, associations: { '*': { results: [named] } } } },
      call: ({ contact, company }) => byName(contact, company, 'contact_to_company'),
    },
    { ...invalid, call: ({ contact }) => byName(contact, NOWHERE, '279') },
    { ...invalid, call: ({ contact, company }) => byName(contact, company, 'contact_to_pet') },
  ],
  [`DELETE ${LINK_BY_NAME}`]: [
    { ...nothing, call: ({ contact, company }) => byName(contact, company, '279') },
    { ...invalid, call: ({ contact, company }) => byName(contact, company, 'contact_to_pet') },
  ],
  'GET /crm/v3/objects/:from/:id/associations/:to': [
    {
      ...{ status: 200, shape: { results: [named], 'paging?': shapes.pagingWithLink } },
      call: ({ contact }) => pair({ params: { id: contact } }),
    },
    { ...invalid, call: () => pair({ params: { id: 'x' } }) },
    { ...notFound, call: () => pair({ params: { id: NOWHERE } }) },
  ],
  [`GET ${LINKS}/:to`]: [
    {
      status: (version) => (isLatest(version) ? 404 : 200),
      shape: (version) => (isLatest(version) ? shapes.notFound : shapes.recordAssociations),
      call: ({ contact }) => pair({ params: { id: contact }, query: '?limit=1' }),
    },
    { ...notFound, call: () => pair({ params: { id: NOWHERE } }) },
  ],
  [`PUT ${LINKS}/:to/:toId`]: [
    {
      ...{ status: 201, shape: labelled },
      call: ({ other, company, adviser }) => ({
        ...pair({ params: { id: other, toId: company } }),
        body: [plain, { associationCategory: 'USER_DEFINED', associationTypeId: Number(adviser) }],
      }),
    },
    {
      ...{ status: 400, shape: shapes.invalidAssociation },
      call: ({ company }) => pair({ params: { id: NOWHERE, toId: company }, body: [plain] }),
    },
    {
      ...{ status: 400, shape: shapes.invalidAssociation },
      call: ({ other, company }) => ({
        ...pair({ params: { id: other, toId: company } }),
        body: [{ ...plain, associationTypeId: 99_999 }],
      }),
    },
  ],
  [`PUT ${LINKS}/default/:to/:toId`]: [
    {
      ...{ status: 200, shape: batchOf(linked) },
      call: ({ other, company }) => pair({ params: { id: other, toId: company } }),
    },
    {
      ...{ status: 400, shape: shapes.invalidAssociation },
      call: ({ company }) => pair({ params: { id: NOWHERE, toId: company } }),
    },
  ],
  [`DELETE ${LINKS}/:to/:toId`]: [
    {
      ...nothing,
      call: ({ contact, company }) => pair({ params: { id: contact, toId: company } }),
    },
  ],
  [`POST ${PAIR}/batch/create`]: [
    {
      status: (version) => (isLatest(version) ? 200 : 201),
      shape: batchOf(labelled),
      call: ({ other, company }) =>
        pair({ body: { inputs: [{ ...between(other, company), types: [plain] }] } }),
    },
    {
      ...{ status: partly(200), shape: partial(labelled, refusedPair) },
      call: ({ other, company }) => {
        const pairs = [between(other, company), between(NOWHERE, company)]
        return pair({ body: { inputs: pairs.map((ends) => ({ ...ends, types: [plain] })) } })
      },
    },
  ],
  [`POST ${PAIR}/batch/associate/default`]: [
    {
      ...{ status: 200, shape: batchOf(linked) },
      call: ({ other, company }) => pair({ body: { inputs: [between(other, company)] } }),
    },
    {
      ...{ status: partly(200), shape: partial(linked, refusedPair) },
      call: ({ company }) => pair({ body: { inputs: [between(NOWHERE, company)] } }),
    },
  ],
  [`POST ${PAIR}/batch/archive`]: [
    {
      ...removed,
      call: ({ contact, company }) =>
        pair({ body: { inputs: [{ from: { id: contact }, to: [{ id: company }] }] } }),
    },
  ],
  [`POST ${PAIR}/batch/labels/archive`]: [
    {
      ...removed,
      call: ({ contact, company }) =>
        pair({ body: { inputs: [{ ...between(contact, company), types: [plain] }] } }),
    },
  ],
  'POST /crm/v3/associations/:from/:to/batch/create': [
    {
      ...{ status: 201, shape: batchOf(linkedByName) },
      call: ({ other, company }) =>
        pair({ body: { inputs: [{ ...between(other, company), type: 'contact_to_company' }] } }),
    },
    {
      ...{ status: 207, shape: partial(linkedByName, refusedPair) },
      call: ({ company }) =>
        pair({ body: { inputs: [{ ...between(NOWHERE, company), type: 'contact_to_company' }] } }),
    },
  ],
  'POST /crm/v3/associations/:from/:to/batch/archive': [
    {
      ...nothing,
      call: ({ contact, company }) =>
        pair({ body: { inputs: [{ ...between(contact, company), type: 'contact_to_company' }] } }),
    },
    {
      ...invalid,
      call: ({ contact, company }) =>
        pair({ body: { inputs: [{ ...between(contact, company), type: 'friend' }] } }),
    },
  ],
}
