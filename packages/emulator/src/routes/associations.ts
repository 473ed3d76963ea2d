import { isFrom202609, partialStatus } from '../api-versions.js'
import { decodeCursor, encodeCursor } from '../association-cursor.js'
import type { AssociationType } from '../association-types.js'
import type { ObjectTable } from '../object-table.js'
import { scramble } from '../random.js'
import { parseId } from '../record-ids.js'
import { isoDate } from '../record-shape.js'
import { errorBody, invalid, json, notFound, Refusal } from '../replies.js'
import { type Context, integerParameter, objectBody, type Route, tableOf } from './route.js'

/** Source: HubSpot docs, "Associations" (since February 2025). */
const MAXIMUM_INPUTS = 1_000

/** The two types of a call about associations. */
export interface Ends {
  readonly from: ObjectTable
  readonly to: ObjectTable
  readonly types: readonly AssociationType[]
}

/** The types in the path. @throws `Refusal` if the portal doesn't know the pair. */
export function endsOf(context: Context): Ends {
  const from = tableOf(context, 'from')
  const to = tableOf(context, 'to')
  const types = context.crm.associationTypes.of(from.type, to.type)
  // An undefined pair is not found. Source: reported by a connector.
  if (!types) throw notFound()
  return { from, to, types }
}

/** The scopes of both types. */
export function associationScopes(context: Context): string[] {
  const ends = [tableOf(context, 'from').type, tableOf(context, 'to').type]
  return ends.flatMap((type) => type.readScopes)
}

function shapeType({ category, typeId, label }: AssociationType) {
  return { category, typeId, label }
}

/** A page of the associations of a record, without those to records in the bin. */
function pageOf({ crm }: Context, { from, to }: Ends, id: number, start: number, size: number) {
  const page: { toObjectId: number; associationTypes: ReturnType<typeof shapeType>[] }[] = []
  if (!crm.isActive(from.type, id)) return { page, next: undefined }
  for (const { toId, types } of crm.graph.of(from.type, id, to.type, start)) {
    if (!crm.isActive(to.type, toId)) continue
    if (page.length === size) return { page, next: encodeCursor(to.type.typeId, toId) }
    // A number, unlike in the specification. Source: recorded reply.
    page.push({ toObjectId: toId, associationTypes: types.map(shapeType) })
  }
  return { page, next: undefined }
}

/** The error of a record without associations, or that doesn't exist. */
export function noAssociations({ from, to }: Ends, id: number) {
  return {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    message: `No ${to.type.singular} is associated with ${from.type.singular} ${id}.`,
    context: {
      fromObjectId: [String(id)],
      fromObjectType: [from.type.singular],
      toObjectType: [to.type.singular],
    },
  }
}

/** The id of the record in the path, which must be active. */
export function recordOf({ crm, params }: Context, { from }: Ends): number {
  const id = parseId(params.id)
  if (id === undefined)
    throw new Refusal(400, errorBody(`${params.id} is not a valid ID`, 'VALIDATION_ERROR'))
  if (!crm.isActive(from.type, id)) throw notFound()
  return id
}

/** The records that a batch asks about. */
export function associationInputs(context: Context): { id?: unknown; after?: unknown }[] {
  const { inputs } = objectBody(context)
  if (!Array.isArray(inputs)) throw invalid('Invalid input JSON: expected a list of inputs')
  if (inputs.length > MAXIMUM_INPUTS)
    throw invalid(
      `The maximum number of inputs supported is ${MAXIMUM_INPUTS}, but was ${inputs.length}`,
    )
  return inputs
}

/** The error of an id that can't be one. */
export function invalidIdentifier(id: unknown) {
  return {
    status: 'error',
    category: 'VALIDATION_ERROR',
    subCategory: 'crm.associations.INVALID_IDENTIFIER',
    message: `${String(id)} is not a valid ID`,
    context: { id: [String(id)] },
  }
}

/**
 * The associations of up to 1,000 records. A record without associations is not in `results` but in `errors`, and so is
 * an id that doesn't exist.
 */
export const associations: Route = {
  operation: 'associations',
  method: 'POST',
  paths: [
    '/crm/v4/associations/:from/:to/batch/read',
    '/crm/associations/:version/:from/:to/batch/read',
  ],
  lane: 'associations',
  scopes: associationScopes,
  handle: (context) => {
    const ends = endsOf(context)
    const results: { from: { id: string }; to: unknown[]; paging?: unknown }[] = []
    const errors: unknown[] = []
    for (const input of associationInputs(context)) {
      const id = parseId(input?.id)
      if (id === undefined) {
        errors.push(invalidIdentifier(input?.id))
        continue
      }
      const { page, next } = pageOf(
        context,
        ends,
        id,
        decodeCursor(input.after),
        context.associationPageSize,
      )
      if (page.length === 0) errors.push(noAssociations(ends, id))
      else {
        const paging = next === undefined ? {} : { paging: { next: { after: next } } }
        results.push({ from: { id: String(id) }, to: page, ...paging })
      }
    }
    results.sort((a, b) => scramble(Number(a.from.id)) - scramble(Number(b.from.id)))
    const moment = isoDate(context.now)
    const body = { completedAt: moment, status: 'COMPLETE', startedAt: moment, results }
    if (errors.length === 0) return json(body)
    return json({ ...body, errors, numErrors: errors.length }, partialStatus(context.version))
  },
}

/** The associations of one record. The path is not in version 2026-09. Source: HubSpot API specification. */
export const recordAssociations: Route = {
  operation: 'record-associations',
  method: 'GET',
  paths: [
    '/crm/v4/objects/:from/:id/associations/:to',
    '/crm/objects/:version/:from/:id/associations/:to',
  ],
  lane: 'burst',
  scopes: associationScopes,
  handle: (context) => {
    if (isFrom202609(context.version)) throw notFound()
    const ends = endsOf(context)
    const id = recordOf(context, ends)
    const limit = integerParameter(context, 'limit', { fallback: 500, maximum: 500 })
    const { page, next } = pageOf(
      context,
      ends,
      id,
      decodeCursor(context.url.searchParams.get('after')),
      limit,
    )
    if (next === undefined) return json({ results: page })
    const link = new URL(context.url)
    link.searchParams.set('after', next)
    return json({ results: page, paging: { next: { after: next, link: link.href } } })
  },
}
