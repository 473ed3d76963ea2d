import * as shapes from '../shapes.js'
import { type CallParts, type Examples, NOWHERE, partial, partly, type World } from './case.js'

const { record, batchOf } = shapes

const traced = { ...record, objectWriteTraceId: 'string' }
const contacts = (parts: CallParts = {}): CallParts => ({
  ...parts,
  params: { type: 'contacts', ...parts.params },
})
const one =
  (parts: CallParts = {}) =>
  (world: World) =>
    contacts({ ...parts, params: { id: world.contact } })
const ada = { properties: { firstname: 'Ada' } }
const unknownValue = { properties: { nickname: 'A' } }
const notFound = { status: 404, shape: shapes.notFound } as const
const invalid = { status: 400, shape: shapes.validationError } as const
const invalidValues = { status: 400, shape: shapes.invalidValues } as const

const conflicting = { properties: { email: 'ada@example.com' } }
const missing = {
  ...{ status: 'error', category: 'OBJECT_NOT_FOUND', message: 'string' },
  context: { ids: 'strings' },
}
const refusedInput = {
  ...{ status: 'error', category: 'CONFLICT', message: 'string' },
  context: { objectWriteTraceId: 'strings' },
}
const invalidInput = {
  ...{ status: 'error', category: 'VALIDATION_ERROR', message: 'string' },
  errors: shapes.invalidValues.errors,
  context: { objectWriteTraceId: 'strings' },
}
const splits = {
  id: 'id',
  splits: [
    {
      id: 'id',
      properties: { '*': 'string' },
      ...{ createdAt: 'isoDate', updatedAt: 'isoDate', archived: 'boolean' },
    },
  ],
}
const unsplit = { ...missing, category: 'OBJECT_NOT_FOUND|VALIDATION_ERROR' }

/** Records, one by one and in batches. */
export const records: Examples = {
  'GET /crm/v3/objects/:type': [
    { status: 200, shape: shapes.list(record), call: () => contacts({ query: '?limit=1' }) },
    {
      ...{ status: 200, shape: shapes.list(shapes.recordWithHistory) },
      call: () => contacts({ query: '?propertiesWithHistory=email&limit=1' }),
    },
    { ...invalid, call: () => contacts({ query: '?limit=101' }) },
    { ...invalid, call: () => contacts({ query: '?limit=51&propertiesWithHistory=email' }) },
  ],
  'POST /crm/v3/objects/:type': [
    { status: 201, shape: record, call: () => contacts({ body: ada }) },
    {
      ...{ status: 201, shape: traced },
      call: () => contacts({ body: { ...ada, objectWriteTraceId: 'a' } }),
    },
    { ...invalidValues, call: () => contacts({ body: unknownValue }) },
    { status: 409, shape: shapes.conflict, call: () => contacts({ body: conflicting }) },
    {
      ...{ status: 400, shape: shapes.missingProperties },
      call: () => ({ params: { type: 'notes' }, body: { properties: {} } }),
    },
    {
      ...{ status: 400, shape: shapes.invalidAssociation },
      call: ({ company }) => {
        const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 99_999 }]
        return contacts({ body: { ...ada, associations: [{ to: { id: company }, types }] } })
      },
    },
    {
      ...invalid,
      call: () => ({
        params: { type: 'leads' },
        body: { properties: { hs_lead_name: 'Engine' } },
      }),
    },
    {
      ...{ status: 405, shape: shapes.methodNotAllowed },
      call: () => ({ params: { type: 'feedback_submissions' }, body: ada }),
    },
  ],
  'GET /crm/v3/objects/:type/:id': [
    { status: 200, shape: record, call: one() },
    {
      ...{ status: 200, shape: shapes.recordWithAssociations },
      call: one({ query: '?associations=companies' }),
    },
    { ...notFound, call: () => contacts({ params: { id: NOWHERE } }) },
  ],
  'PATCH /crm/v3/objects/:type/:id': [
    { status: 200, shape: record, call: one({ body: ada }) },
    { ...invalidValues, call: one({ body: unknownValue }) },
    { ...invalid, call: one({ body: { properties: {} } }) },
    {
      ...{ status: 409, shape: shapes.conflict },
      call: ({ other }) => contacts({ params: { id: other }, body: conflicting }),
    },
    { ...notFound, call: () => contacts({ params: { id: NOWHERE }, body: ada }) },
  ],
  'DELETE /crm/v3/objects/:type/:id': [
    { status: 204, shape: undefined, call: one() },
    { status: 204, shape: undefined, call: () => contacts({ params: { id: NOWHERE } }) },
  ],
  'POST /crm/v3/objects/:type/search': [
    { status: 200, shape: shapes.search, call: () => contacts({ body: { limit: 1 } }) },
    { ...invalid, call: () => contacts({ body: { limit: 201 } }) },
  ],
  'POST /crm/v3/objects/:type/batch/read': [
    {
      ...{ status: 200, shape: shapes.batchRead },
      call: ({ contact }) => contacts({ body: { inputs: [{ id: contact }] } }),
    },
    {
      ...{ status: partly(200), shape: shapes.batchReadWithMissing },
      call: ({ contact }) => contacts({ body: { inputs: [{ id: contact }, { id: NOWHERE }] } }),
    },
    {
      ...{ status: 400, shape: shapes.duplicateIds },
      call: () => contacts({ body: { inputs: [{ id: NOWHERE }, { id: NOWHERE }] } }),
    },
    {
      ...{ status: 400, shape: shapes.invalidPart },
      call: () => contacts({ body: { inputs: [{}] } }),
    },
  ],
  'POST /crm/v3/objects/:type/batch/create': [
    { status: 201, shape: batchOf(record), call: () => contacts({ body: { inputs: [ada, ada] } }) },
    {
      ...{ status: partly(201), shape: partial(traced, refusedInput) },
      call: () => {
        const inputs = [ada, conflicting].map((input, index) => ({
          ...input,
          objectWriteTraceId: String(index),
        }))
        return contacts({ body: { inputs } })
      },
    },
    {
      ...{ status: partly(201), shape: partial(traced, invalidInput) },
      call: () => {
        const inputs = [ada, unknownValue].map((input, index) => ({
          ...input,
          objectWriteTraceId: String(index),
        }))
        return contacts({ body: { inputs } })
      },
    },
    { ...invalidValues, call: () => contacts({ body: { inputs: [ada, unknownValue] } }) },
    { ...invalid, call: () => contacts({ body: { inputs: [] } }) },
  ],
  'POST /crm/v3/objects/:type/batch/update': [
    {
      ...{ status: 200, shape: batchOf(record) },
      call: ({ contact }) => contacts({ body: { inputs: [{ id: contact, ...ada }] } }),
    },
    {
      ...{ status: partly(200), shape: partial(record, missing) },
      call: ({ contact }) =>
        contacts({ body: { inputs: [contact, NOWHERE].map((id) => ({ id, ...ada })) } }),
    },
  ],
  'POST /crm/v3/objects/:type/batch/upsert': [
    {
      ...{ status: 200, shape: batchOf({ ...record, new: 'boolean' }) },
      call: () => {
        const inputs = ['A1', 'B2'].map((id) => ({ id, idProperty: 'number_of_ours', ...ada }))
        return contacts({ body: { inputs } })
      },
    },
    {
      ...{ status: partly(200), shape: partial({ ...record, new: 'boolean' }, missing) },
      call: ({ contact }) => {
        const ids = [contact, NOWHERE]
        return contacts({
          body: { inputs: ids.map((id) => ({ id, idProperty: 'hs_object_id', ...ada })) },
        })
      },
    },
  ],
  'POST /crm/v3/objects/:type/batch/archive': [
    {
      ...{ status: 204, shape: undefined },
      call: ({ contact }) => contacts({ body: { inputs: [{ id: contact }, { id: NOWHERE }] } }),
    },
  ],
  'POST /crm/v3/objects/:type/merge': [
    {
      ...{ status: 200, shape: record },
      call: ({ contact, other }) =>
        contacts({ body: { primaryObjectId: contact, objectIdToMerge: other } }),
    },
    {
      ...notFound,
      call: ({ contact }) =>
        contacts({ body: { primaryObjectId: contact, objectIdToMerge: NOWHERE } }),
    },
    {
      ...invalid,
      call: ({ contact }) =>
        contacts({ body: { primaryObjectId: contact, objectIdToMerge: contact } }),
    },
  ],
  'POST /crm/v3/objects/:type/gdpr-delete': [
    {
      ...{ status: 204, shape: undefined },
      call: ({ contact }) => contacts({ body: { objectId: contact } }),
    },
  ],
  'POST /crm/v3/objects/deals/splits/batch/read': [
    {
      ...{ status: 200, shape: batchOf(splits) },
      call: ({ portal, deal, owner }) => {
        portal.splitDeal(deal, [{ ownerId: owner, percentage: 1 }])
        return { body: { inputs: [{ id: deal }] } }
      },
    },
    {
      ...{ status: partly(200), shape: partial(splits, missing) },
      call: ({ deal }) => ({ body: { inputs: [{ id: deal }, { id: NOWHERE }] } }),
    },
  ],
  'POST /crm/v3/objects/deals/splits/batch/upsert': [
    {
      ...{ status: 200, shape: batchOf(splits) },
      call: ({ deal, owner }) => ({
        body: { inputs: [{ id: deal, splits: [{ ownerId: owner, percentage: 1 }] }] },
      }),
    },
    {
      ...{ status: partly(200), shape: partial(splits, unsplit) },
      call: ({ deal }) => ({
        body: {
          inputs: [
            { id: NOWHERE, splits: [] },
            { id: deal, splits: [{ ownerId: NOWHERE, percentage: 1 }] },
          ],
        },
      }),
    },
  ],
}
