import { associate, dissociate, type Pair } from '../associating.js'
import type { AssociationType } from '../association-types.js'
import type { ObjectTable } from '../object-table.js'
import { parseId } from '../record-ids.js'
import { json, noContent, notFound } from '../replies.js'
import { textOf } from '../validation/bodies.js'
import {
  type NamedType,
  namedTypes,
  pairOf,
  requireRoom,
  typeOfPair,
} from './association-inputs.js'
import { batchReply } from './batch-reply.js'
import { type Context, type Route, tableOf } from './route.js'
import { writesAssociations } from './writable.js'

/** The tables of both types in the path, and the association types of the pair. */
export function endsOfPath(context: Context): {
  from: ObjectTable
  to: ObjectTable
  types: readonly AssociationType[]
} {
  const [from, to] = [tableOf(context, 'from'), tableOf(context, 'to')]
  const types = context.crm.associationTypes.of(from.type, to.type)
  if (!types || types.length === 0) throw notFound()
  return { from, to, types }
}

/** Checks two ids and the types that are to link them. */
export function planLabelled(
  context: Context,
  { fromId, toId, named }: { fromId: unknown; toId: unknown; named: readonly NamedType[] },
): () => unknown {
  const { from, to } = endsOfPath(context)
  const types = named.map((one) => typeOfPair(context, { from, fromId, to }, one))
  const pair = pairOf(context, { from, fromId, to, toId })
  for (const type of types) requireRoom(context, type, pair.fromId, pair.toId)
  return () => {
    for (const { typeId, category } of types) associate(context.crm, pair, { typeId, category })
    return {
      fromObjectTypeId: from.type.typeId,
      fromObjectId: pair.fromId,
      toObjectTypeId: to.type.typeId,
      toObjectId: pair.toId,
      labels: types.flatMap(({ label }) => (label === null ? [] : [label])),
    }
  }
}

/** Checks two ids that are to be linked by the unlabelled type of their pair. */
export function planDefault(
  context: Context,
  { fromId, toId }: { fromId: unknown; toId: unknown },
): () => unknown[] {
  const { from, to, types } = endsOfPath(context)
  const type = types.find(({ label }) => label === null) ?? types[0]!
  const pair = pairOf(context, { from, fromId, to, toId })
  requireRoom(context, type, pair.fromId, pair.toId)
  return () => {
    associate(context.crm, pair, { typeId: type.typeId, category: type.category })
    const directions = [[pair.fromId, pair.toId, type] as const]
    if (type.inverse) directions.push([pair.toId, pair.fromId, type.inverse])
    return directions.map(([near, far, { category, typeId }]) => ({
      from: { id: String(near) },
      to: { id: String(far) },
      associationSpec: { associationCategory: category, associationTypeId: typeId },
    }))
  }
}

/** Removes all associations of two records, or those of these types. Ids that aren't there change nothing. */
export function removeLinks(
  context: Context,
  { fromId, toId, named }: { fromId: unknown; toId: unknown; named?: readonly NamedType[] },
): void {
  const { from, to } = endsOfPath(context)
  const [near, far] = [parseId(textOf(fromId)), parseId(textOf(toId))]
  if (near === undefined || far === undefined) return
  const pair: Pair = { from, fromId: near, to, toId: far }
  for (const wanted of named ?? [{}]) dissociate(context.crm, pair, wanted)
}

/** Associates two records by types that the body names. */
export const linkLabelled: Route = {
  operation: 'associate',
  method: 'PUT',
  paths: [
    '/crm/v4/objects/:from/:id/associations/:to/:toId',
    '/crm/objects/:version/:from/:id/associations/:to/:toId',
  ],
  ...writesAssociations,
  handle: (context) => {
    const { id: fromId, toId } = context.params
    return json(planLabelled(context, { fromId, toId, named: namedTypes(context.body) })(), 201)
  },
}

/** Associates two records by the unlabelled type. */
export const linkByDefault: Route = {
  operation: 'associate-default',
  method: 'PUT',
  paths: [
    '/crm/v4/objects/:from/:id/associations/default/:to/:toId',
    '/crm/objects/:version/:from/:id/associations/default/:to/:toId',
  ],
  ...writesAssociations,
  handle: (context) => {
    const { id: fromId, toId } = context.params
    return batchReply(context, planDefault(context, { fromId, toId })(), [])
  },
}

/** Removes all associations between two records. */
export const unlink: Route = {
  operation: 'dissociate',
  method: 'DELETE',
  paths: [
    '/crm/v4/objects/:from/:id/associations/:to/:toId',
    '/crm/objects/:version/:from/:id/associations/:to/:toId',
  ],
  ...writesAssociations,
  handle: (context) => {
    const { id: fromId, toId } = context.params
    removeLinks(context, { fromId, toId })
    return noContent
  },
}
