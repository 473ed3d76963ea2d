import type { AssociationType } from '../association-types.js'
import type { ObjectType } from '../object-types.js'
import { errorBody, invalid, json, noContent, notFound, Refusal } from '../replies.js'
import {
  type Fields,
  fieldsOf,
  inputsOf,
  integerOf,
  optionalText,
  textOf,
} from '../validation/bodies.js'
import { batchReply } from './batch-reply.js'
import { type Context, type Route, tableOf } from './route.js'
import { writesDefinitions } from './writable.js'

/** The most labels of a pair. Observed by a public project on a live portal, October 2026; the docs say 10. */
export const MOST_LABELS = 50

function pairOf(context: Context): { from: ObjectType; to: ObjectType } {
  return { from: tableOf(context, 'from').type, to: tableOf(context, 'to').type }
}

function shape({ category, typeId, label }: AssociationType) {
  return { category, typeId, label }
}

/** The types of a pair with this number. HubSpot numbers its own as it does those of users. */
function typesWithId(context: Context, typeId: number): AssociationType[] {
  const { from, to } = pairOf(context)
  const types = context.crm.associationTypes.of(from, to) ?? []
  const found = types.filter((type) => type.typeId === typeId)
  if (found.length === 0) throw notFound()
  return found
}

/** A type that users have defined: HubSpot's own can't be changed. */
function ownType(context: Context, typeId: number): AssociationType {
  const found = typesWithId(context, typeId).find(({ category }) => category === 'USER_DEFINED')
  if (found) return found
  throw invalid(`Association type ${typeId} is defined by HubSpot and can't be changed`)
}

/** Adds an association type in both directions. The reply has both. */
export const createLabel: Route = {
  operation: 'association-label-create',
  method: 'POST',
  paths: ['/crm/v4/associations/:from/:to/labels', '/crm/associations/:version/:from/:to/labels'],
  ...writesDefinitions,
  handle: (context) => {
    const { crm } = context
    const { from, to } = pairOf(context)
    const body = fieldsOf(context.body, 'label', 'name')
    const name = textOf(body.name)
    if (!/^[a-zA-Z][\w]*$/.test(name))
      throw invalid(
        `Association name ${name} must start with a letter and have letters, digits and underscores alone`,
      )
    const label = textOf(body.label) || null
    const inverseLabel = label === null ? null : (optionalText(body, 'inverseLabel') ?? label)
    const known = crm.associationTypes.of(from, to) ?? []
    if (known.some((type) => type.label === label || (name !== '' && type.name === name)))
      throw invalid(
        `An association between ${from.name} and ${to.name} with this label or name already exists`,
      )
    if (label !== null && known.filter((type) => type.label !== null).length >= MOST_LABELS)
      throw new Refusal(
        437,
        errorBody(
          `No more than ${MOST_LABELS} association types are allowed between ${from.name} and ${to.name}`,
        ),
      )
    // A label needs the unlabelled type of its pair.
    if (label !== null && !known.some((type) => type.label === null))
      crm.associationTypes.define(from, to, { name: `${from.singular}_to_${to.singular}` })
    const type = crm.associationTypes.define(from, to, { label, inverseLabel, name })
    const both = type.inverse && type.inverse !== type ? [type, type.inverse] : [type]
    return json({ results: both.map(shape) })
  },
}

/** Renames an association type: in both directions, unless each gets a name of its own. */
export const updateLabel: Route = {
  operation: 'association-label-update',
  method: 'PUT',
  paths: ['/crm/v4/associations/:from/:to/labels', '/crm/associations/:version/:from/:to/labels'],
  ...writesDefinitions,
  handle: (context) => {
    const body = fieldsOf(context.body, 'associationTypeId', 'label')
    const type = ownType(context, integerOf(body, 'associationTypeId'))
    const label = textOf(body.label)
    const inverseLabel = optionalText(body, 'inverseLabel') ?? label
    context.crm.associationTypes.rename(type, { label, inverseLabel })
    return noContent
  },
}

/**
 * Deletes an association type in both directions, with the associations of that type. The unlabelled one can't go
 * before the labels of its pair. Observed by a public project on a live portal, October 2026.
 */
export const deleteLabel: Route = {
  operation: 'association-label-archive',
  method: 'DELETE',
  paths: [
    '/crm/v4/associations/:from/:to/labels/:typeId',
    '/crm/associations/:version/:from/:to/labels/:typeId',
  ],
  ...writesDefinitions,
  handle: (context) => {
    const { associationTypes, graph } = context.crm
    const type = ownType(context, integerOf({ typeId: context.params.typeId }, 'typeId'))
    const others = associationTypes.of(type.from, type.to) ?? []
    if (type.label === null && others.some(({ label }) => label !== null))
      throw invalid(
        `Definition with label still exists; Cannot delete unlabeled type with associationTypeId ${type.typeId}`,
      )
    graph.deleteAll(type)
    associationTypes.delete(type)
    return noContent
  },
}

const LIMITS = [
  '/crm/v4/associations/definitions/configurations/:from/:to/batch',
  '/crm/associations/:version/definitions/configurations/:from/:to/batch',
]

/** Sets how many associations of a type a record may have. */
export const setLimits: readonly Route[] = (['create', 'update'] as const).map(
  (verb): Route => ({
    operation: 'association-limit-write',
    method: 'POST',
    paths: LIMITS.map((path) => `${path}/${verb}`),
    ...writesDefinitions,
    handle: (context) => {
      const inputs = inputsOf(context.body, 100, 'category', 'typeId', 'maxToObjectIds')
      const limits = inputs.map((input) => ({
        type: limitedType(context, input),
        maximum: integerOf(input, 'maxToObjectIds'),
      }))
      const results = limits.map(({ type, maximum }) => {
        context.crm.associationTypes.limit(type, maximum)
        const { category, typeId, label } = type
        const named = label === null || verb === 'update' ? {} : { label }
        return { category, typeId, ...named, userEnforcedMaxToObjectIds: maximum }
      })
      return batchReply(context, results, [])
    },
  }),
)

/** Takes limits away. */
export const removeLimits: Route = {
  operation: 'association-limit-write',
  method: 'POST',
  paths: LIMITS.map((path) => `${path}/purge`),
  ...writesDefinitions,
  handle: (context) => {
    const types = inputsOf(context.body, 100, 'category', 'typeId').map((input) =>
      limitedType(context, input),
    )
    for (const type of types) context.crm.associationTypes.limit(type, undefined)
    return noContent
  },
}

function limitedType(context: Context, input: Fields): AssociationType {
  const wanted = textOf(input.category)
  const types = typesWithId(context, integerOf(input, 'typeId'))
  const found = types.find(({ category }) => category === wanted)
  if (!found) throw notFound()
  return found
}
