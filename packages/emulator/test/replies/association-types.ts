import * as shapes from '../shapes.js'
import type { CallParts, Examples, World } from './case.js'

const { batchOf } = shapes
const pair = (parts: CallParts = {}): CallParts => ({
  ...parts,
  params: { from: 'contacts', to: 'companies', ...parts.params },
})
const strangers = { from: 'contacts', to: 'products' }

const notFound = { status: 404, shape: shapes.notFound } as const
const invalid = { status: 400, shape: shapes.validationError } as const
const nothing = { status: 204, shape: undefined } as const

const association = { category: 'string', typeId: 'number', label: 'string|null' }
const limit = {
  ...{ category: 'string', typeId: 'number', 'label?': 'string' },
  userEnforcedMaxToObjectIds: 'number',
}

const PAIR = '/crm/v4/associations/:from/:to'
const LIMITS = '/crm/v4/associations/definitions/configurations'

const limitAdviser = ({ post, adviser }: World) =>
  post(`${LIMITS}/contacts/companies/batch/create`, {
    inputs: [{ category: 'USER_DEFINED', typeId: Number(adviser), maxToObjectIds: 5 }],
  })

/** Setting limits: creating them shows the label, changing them doesn't. */
const limits = [
  {
    ...{ status: 200, shape: batchOf(limit) },
    call: ({ adviser }: { adviser: string }) =>
      pair({
        body: {
          inputs: [{ category: 'USER_DEFINED', typeId: Number(adviser), maxToObjectIds: 5 }],
        },
      }),
  },
  {
    ...notFound,
    call: () =>
      pair({ body: { inputs: [{ category: 'USER_DEFINED', typeId: 1, maxToObjectIds: 5 }] } }),
  },
]

/** The types of associations, their labels and their limits. */
export const associationTypes: Examples = {
  [`GET ${PAIR}/labels`]: [
    { status: 200, shape: shapes.labels, call: () => pair() },
    { ...notFound, call: () => ({ params: strangers }) },
  ],
  'GET /crm/v3/associations/:from/:to/types': [
    { status: 200, shape: { results: [{ id: 'id', name: 'string' }] }, call: () => pair() },
  ],
  [`POST ${PAIR}/labels`]: [
    {
      ...{ status: 200, shape: { results: [association] } },
      call: () => pair({ body: { name: 'mentor', label: 'Mentor', inverseLabel: 'Pupil' } }),
    },
    { ...invalid, call: () => pair({ body: { name: 'again', label: 'Adviser' } }) },
  ],
  [`PUT ${PAIR}/labels`]: [
    {
      ...nothing,
      call: ({ adviser }) => pair({ body: { associationTypeId: Number(adviser), label: 'New' } }),
    },
    { ...invalid, call: () => pair({ body: { associationTypeId: 279, label: 'New' } }) },
    { ...notFound, call: () => pair({ body: { associationTypeId: 99_999, label: 'New' } }) },
  ],
  [`DELETE ${PAIR}/labels/:typeId`]: [
    { ...nothing, call: ({ adviser }) => pair({ params: { typeId: adviser } }) },
    { ...notFound, call: () => pair({ params: { typeId: '99999' } }) },
  ],
  [`GET ${LIMITS}/all`]: [
    {
      ...{ status: 200, shape: { results: [limit] } },
      call: async (world) => {
        await limitAdviser(world)
        return {}
      },
    },
  ],
  [`GET ${LIMITS}/:from/:to`]: [
    {
      ...{ status: 200, shape: { results: [limit] } },
      call: async (world) => {
        await limitAdviser(world)
        return pair()
      },
    },
  ],
  [`POST ${LIMITS}/:from/:to/batch/create`]: limits,
  [`POST ${LIMITS}/:from/:to/batch/update`]: limits,
  [`POST ${LIMITS}/:from/:to/batch/purge`]: [
    {
      ...nothing,
      call: ({ adviser }) =>
        pair({ body: { inputs: [{ category: 'USER_DEFINED', typeId: Number(adviser) }] } }),
    },
  ],
  'POST /crm/v4/associations/usage/high-usage-report/:userId': [
    {
      status: 200,
      shape: { userId: 'number', userEmail: 'string', enqueueTime: 'isoDate' },
      call: () => ({ params: { userId: '7' } }),
    },
    { ...notFound, call: () => ({ params: { userId: '8' } }) },
    { ...invalid, call: () => ({ params: { userId: 'x' } }) },
  ],
}
