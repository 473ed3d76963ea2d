import * as shapes from '../shapes.js'
import { type CallParts, type Examples, NOWHERE } from './case.js'

const notFound = { status: 404, shape: shapes.notFound } as const
const invalid = { status: 400, shape: shapes.validationError } as const
const nothing = { status: 204, shape: undefined } as const
const pets =
  (parts: CallParts = {}) =>
  () => ({ ...parts, params: { type: '2-7', ...parts.params } })

/** What a change of a custom object answers with: it has no properties and associations. */
const definition = {
  ...{ id: 'id', objectTypeId: 'string', fullyQualifiedName: 'string', name: 'string' },
  ...{ portalId: 'number', labels: { 'singular?': 'string', 'plural?': 'string' } },
  ...{ description: 'string', primaryDisplayProperty: 'string', archived: 'boolean' },
  ...{ secondaryDisplayProperties: 'strings', requiredProperties: 'strings' },
  ...{ searchableProperties: 'strings', createdAt: 'isoDate', updatedAt: 'isoDate' },
}
const schemaAssociation = {
  ...{ id: 'id', fromObjectTypeId: 'string', toObjectTypeId: 'string', name: 'string' },
  ...{ createdAt: 'isoDate', updatedAt: 'isoDate' },
}
const cars = {
  ...{ name: 'cars', labels: { singular: 'Car', plural: 'Cars' } },
  ...{ primaryDisplayProperty: 'plate', associatedObjects: ['CONTACT'] },
  properties: [{ name: 'plate', label: 'Plate', type: 'string', fieldType: 'text' }],
}

/** Custom objects. */
const schemas: Examples = {
  'GET /crm/v3/schemas': [{ status: 200, shape: { results: [shapes.customObject] } }],
  'POST /crm/v3/schemas': [
    { status: 201, shape: shapes.customObject, call: () => ({ body: cars }) },
    { ...invalid, call: () => ({ body: { ...cars, primaryDisplayProperty: undefined } }) },
    {
      ...{ status: 409, shape: { ...shapes.conflict, category: 'OBJECT_ALREADY_EXISTS' } },
      call: () => ({ body: { ...cars, name: 'pets' } }),
    },
    {
      ...{ status: 400, shape: shapes.unknownObjectType },
      call: () => ({ body: { ...cars, associatedObjects: ['butterflies'] } }),
    },
  ],
  'GET /crm/v3/schemas/:type': [
    { status: 200, shape: shapes.customObject, call: pets() },
    { status: 200, shape: shapes.standardObject, call: pets({ params: { type: 'contacts' } }) },
  ],
  'PATCH /crm/v3/schemas/:type': [
    { status: 200, shape: definition, call: pets({ body: { labels: { singular: 'Animal' } } }) },
    { ...invalid, call: pets({ params: { type: 'contacts' }, body: {} }) },
  ],
  'DELETE /crm/v3/schemas/:type': [
    {
      ...nothing,
      call: ({ portal, pet }) => {
        portal.archive('2-7', pet)
        return pets()()
      },
    },
    { ...invalid, call: pets() },
  ],
  'POST /crm-object-schemas/:version/schemas/batch/read': [
    {
      ...{ status: 200, shape: { results: [shapes.customObject] } },
      call: () => ({ body: { inputs: ['2-7', '2-8'] } }),
    },
  ],
  'POST /crm/v3/schemas/:type/associations': [
    {
      ...{ status: 201, shape: schemaAssociation },
      call: pets({ body: { fromObjectTypeId: '2-7', toObjectTypeId: '0-3', name: 'pet_to_deal' } }),
    },
    {
      ...{ status: 409, shape: shapes.conflict },
      call: pets({ body: { fromObjectTypeId: '2-7', toObjectTypeId: '0-1' } }),
    },
  ],
  'DELETE /crm/v3/schemas/:type/associations/:association': [
    {
      ...nothing,
      call: ({ portal }) => {
        const { typeId } = portal.defineAssociation('pets', 'deals')
        return pets({ params: { association: String(typeId) } })()
      },
    },
    { ...notFound, call: pets({ params: { association: NOWHERE } }) },
  ],
}

/** What lies around the records. */
const around: Examples = {
  'GET /crm/v3/owners': [
    { status: 200, shape: shapes.list(shapes.owner) },
    {
      ...{ status: 200, shape: shapes.list({ ...shapes.owner, userId: 'null' }) },
      call: ({ portal, owner }) => {
        portal.archiveOwner(owner)
        return { query: '?archived=true' }
      },
    },
    { ...invalid, call: () => ({ query: '?limit=501' }) },
  ],
  'GET /crm/v3/owners/:id': [
    { status: 200, shape: shapes.owner, call: ({ owner }) => ({ params: { id: owner } }) },
    { ...notFound, call: () => ({ params: { id: '1' } }) },
    { ...invalid, call: () => ({ params: { id: '1' }, query: '?idProperty=email' }) },
  ],
  'GET /crm/v3/object-library/enablement': [{ status: 200, shape: shapes.enablement }],
  'GET /crm/v3/limits/records': [{ status: 200, shape: shapes.recordLimits }],
  'GET /crm/v3/limits/pipelines': [{ status: 200, shape: shapes.recordLimits }],
  'GET /crm/v3/limits/associations/labels': [{ status: 200, shape: shapes.labelLimits }],
  'GET /crm/v3/limits/custom-properties': [{ status: 200, shape: shapes.propertyLimits }],
  'GET /crm/v3/limits/calculated-properties': [
    { status: 200, shape: shapes.calculatedPropertyLimits },
  ],
  'GET /account-info/v3/details': [{ status: 200, shape: shapes.account }],
  'GET /account-info/v3/api-usage/daily/private-apps': [{ status: 200, shape: shapes.usage }],
}

export const aroundRecords: Examples = { ...schemas, ...around }
