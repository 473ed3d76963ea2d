import { type AssociationType, internalName } from '../association-types.js'
import { parseId } from '../record-ids.js'
import { shapeRecord } from '../record-shape.js'
import { invalid, json, noContent } from '../replies.js'
import { inputsOf, textOf } from '../validation/bodies.js'
import { type EndIds, endIds, linkEach } from './association-batches.js'
import { endsOfPath, planLabelled, removeLinks } from './association-writes.js'
import { batchReply } from './batch-reply.js'
import { INLINE_ASSOCIATIONS, plainPage, pluralName } from './plain-associations.js'
import { readable } from './readable.js'
import type { Context, Route } from './route.js'
import { associationScopes, writesAssociations } from './writable.js'

/** Source: HubSpot API specification. */
const MAXIMUM = 2_000

/** The association type with this name, or this number. */
function typeNamed(context: Context, wanted: string): AssociationType {
  const { from, to, types } = endsOfPath(context)
  const found = types.find(
    (type) => String(type.typeId) === wanted || internalName(type, types) === wanted,
  )
  if (found) return found
  throw invalid(
    `${wanted} is not a valid association type between ${from.type.name} and ${to.type.name}`,
  )
}

/** What the inputs of a batch name. */
function namedLinks({ body }: Context): (EndIds & { readonly name: string })[] {
  return inputsOf(body, MAXIMUM, 'from', 'to', 'type').map((input) => ({
    ...endIds(input),
    name: textOf(input.type),
  }))
}

/** Associates pairs of records in the older form. */
export const batchLinkByName: Route = {
  operation: 'batch-associate',
  method: 'POST',
  paths: ['/crm/v3/associations/:from/:to/batch/create'],
  lane: 'associations',
  writes: true,
  scopes: associationScopes,
  handle: (context) => {
    const { results, errors } = linkEach(namedLinks(context), ({ name, ...ids }) => {
      const link = planLabelled(context, { ...ids, named: [typeNamed(context, name)] })
      return () => {
        link()
        return { from: { id: ids.fromId }, to: { id: ids.toId }, type: name }
      }
    })
    return batchReply(context, results, errors, 201)
  },
}

/** Removes associations in the older form. */
export const batchUnlinkByName: Route = {
  operation: 'batch-dissociate',
  method: 'POST',
  paths: ['/crm/v3/associations/:from/:to/batch/archive'],
  lane: 'associations',
  writes: true,
  scopes: associationScopes,
  handle: (context) => {
    const links = namedLinks(context).map(({ name, ...ids }) => ({
      ...ids,
      named: [typeNamed(context, name)],
    }))
    for (const link of links) removeLinks(context, link)
    return noContent
  },
}

const LINK = ['/crm/v3/objects/:from/:id/associations/:to/:toId/:association']

/** Associates two records by the type in the path, and answers with the first. Source: HubSpot docs, "Companies" (v3). */
export const linkByName: Route = {
  operation: 'associate',
  method: 'PUT',
  paths: LINK,
  ...writesAssociations,
  handle: (context) => {
    const { id: fromId, toId, association } = context.params
    const named = [typeNamed(context, association!)]
    const link = planLabelled(context, { fromId, toId, named })
    link()
    const { from, to } = endsOfPath(context)
    const record = from.records.find(parseId(fromId)!, false)!
    const names = readable(context, from, from.properties.returned(undefined, 'list'))
    const { url, ...shaped } = shapeRecord(from, record, names, context.account)
    const page = plainPage(context, { from, to }, record.id, { size: INLINE_ASSOCIATIONS })
    return json({ ...shaped, associations: { [pluralName(to.type)]: page }, url })
  },
}

/** Removes the association type in the path from two records. */
export const unlinkByName: Route = {
  operation: 'dissociate',
  method: 'DELETE',
  paths: LINK,
  ...writesAssociations,
  handle: (context) => {
    const { id: fromId, toId, association } = context.params
    removeLinks(context, { fromId, toId, named: [typeNamed(context, association!)] })
    return noContent
  },
}
