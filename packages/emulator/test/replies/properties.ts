import * as shapes from '../shapes.js'
import { type CallParts, type Examples, partial, partly } from './case.js'

const { batchOf } = shapes
const contacts = (parts: CallParts = {}) => ({
  ...parts,
  params: { type: 'contacts', ...parts.params },
})

const notFound = { status: 404, shape: shapes.notFound } as const
const invalid = { status: 400, shape: shapes.validationError } as const
const nothing = { status: 204, shape: undefined } as const
const isThere = { ...shapes.conflict, category: 'OBJECT_ALREADY_EXISTS' }
const propertyIsThere = { ...isThere, subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS' }

const newProperty = (name: string) => ({
  ...{ name, label: 'A text', groupName: 'contactinformation' },
  ...{ type: 'string', fieldType: 'text' },
})
const refusedProperty = {
  ...{ status: 'error', category: 'OBJECT_ALREADY_EXISTS', message: 'string' },
  ...{ subCategory: 'string', context: { name: 'strings' } },
}

/** Properties and their groups. */
export const properties: Examples = {
  'GET /crm/v3/properties/:type': [
    { status: 200, shape: { results: [shapes.property] }, call: () => contacts() },
    {
      ...{ status: 200, shape: { results: [shapes.archivedProperty] } },
      call: ({ portal }) => {
        portal.archiveProperty('contacts', 'tier')
        return contacts({ query: '?archived=true' })
      },
    },
    {
      ...{ status: 200, shape: { results: [shapes.sensitiveProperty] } },
      call: ({ portal }) => {
        const sensitive = { dataSensitivity: 'sensitive', sensitiveDataCategories: ['HEALTH'] }
        portal.defineProperty('contacts', {
          name: 'illness',
          type: 'string',
          ...sensitive,
        } as never)
        return contacts({ query: '?dataSensitivity=sensitive' })
      },
    },
    { ...invalid, call: () => contacts({ query: '?dataSensitivity=some' }) },
  ],
  'POST /crm/v3/properties/:type': [
    {
      ...{ status: 201, shape: shapes.property },
      call: () => contacts({ body: newProperty('colour') }),
    },
    {
      ...{ status: 409, shape: propertyIsThere },
      call: () => contacts({ body: newProperty('tier') }),
    },
    { ...invalid, call: () => contacts({ body: { ...newProperty('colour'), type: 'json' } }) },
    { ...invalid, call: () => contacts({ body: { name: 'colour' } }) },
  ],
  'GET /crm/v3/properties/:type/:name': [
    {
      ...{ status: 200, shape: shapes.property },
      call: () => contacts({ params: { name: 'email' } }),
    },
    { status: 200, shape: shapes.property, call: () => contacts({ params: { name: 'tier' } }) },
    { ...notFound, call: () => contacts({ params: { name: 'nothing' } }) },
  ],
  'PATCH /crm/v3/properties/:type/:name': [
    {
      ...{ status: 200, shape: shapes.property },
      call: () => contacts({ params: { name: 'tier' }, body: { label: 'Level' } }),
    },
    { ...invalid, call: () => contacts({ params: { name: 'email' }, body: { label: 'Level' } }) },
    { ...notFound, call: () => contacts({ params: { name: 'nothing' }, body: { label: 'a' } }) },
  ],
  'DELETE /crm/v3/properties/:type/:name': [
    { ...nothing, call: () => contacts({ params: { name: 'tier' } }) },
    { ...notFound, call: () => contacts({ params: { name: 'nothing' } }) },
    {
      ...{ status: 400, shape: shapes.propertyInUse },
      call: ({ portal }) => {
        const calculationFormula = 'tier'
        portal.defineProperty('contacts', { name: 'twice', type: 'string', calculationFormula })
        return contacts({ params: { name: 'tier' } })
      },
    },
  ],
  'POST /crm/v3/properties/:type/batch/read': [
    {
      ...{ status: 200, shape: batchOf(shapes.property) },
      call: () => contacts({ body: { inputs: [{ name: 'email' }] } }),
    },
    {
      ...{ status: partly(200), shape: shapes.propertyBatchWithMissing },
      call: () => contacts({ body: { inputs: [{ name: 'email' }, { name: 'nothing' }] } }),
    },
  ],
  'POST /crm/v3/properties/:type/batch/create': [
    {
      ...{ status: 201, shape: batchOf(shapes.property) },
      call: () => contacts({ body: { inputs: [newProperty('colour')] } }),
    },
    {
      ...{ status: partly(201), shape: partial(shapes.property, refusedProperty) },
      call: () => contacts({ body: { inputs: ['colour', 'tier'].map(newProperty) } }),
    },
  ],
  'POST /crm/v3/properties/:type/batch/archive': [
    { ...nothing, call: () => contacts({ body: { inputs: [{ name: 'tier' }] } }) },
  ],
  'GET /crm/v3/properties/:type/groups': [
    { status: 200, shape: { results: [shapes.propertyGroup] }, call: () => contacts() },
  ],
  'POST /crm/v3/properties/:type/groups': [
    {
      ...{ status: 201, shape: shapes.propertyGroup },
      call: () => contacts({ body: { name: 'hobbies', label: 'Hobbies' } }),
    },
    {
      ...{ status: 409, shape: isThere },
      call: () => contacts({ body: { name: 'loyalty', label: 'Loyalty' } }),
    },
  ],
  'GET /crm/v3/properties/:type/groups/:name': [
    {
      ...{ status: 200, shape: shapes.propertyGroup },
      call: () => contacts({ params: { name: 'loyalty' } }),
    },
    { ...notFound, call: () => contacts({ params: { name: 'nothing' } }) },
  ],
  'PATCH /crm/v3/properties/:type/groups/:name': [
    {
      ...{ status: 200, shape: shapes.propertyGroup },
      call: () => contacts({ params: { name: 'loyalty' }, body: { label: 'Faith' } }),
    },
    { ...notFound, call: () => contacts({ params: { name: 'nothing' }, body: { label: 'a' } }) },
  ],
  'DELETE /crm/v3/properties/:type/groups/:name': [
    { ...nothing, call: () => contacts({ params: { name: 'loyalty' } }) },
    {
      ...{ status: 400, shape: shapes.withoutCategory },
      call: () => contacts({ params: { name: 'contactinformation' } }),
    },
  ],
}
