import { type AssociationType, internalName } from '../association-types.js'
import { invalid, noContent } from '../replies.js'
import { type Fields, fieldsOf, inputsOf, textOf } from '../validation/bodies.js'
import { linkEach } from './association-batches.js'
import { endsOfPath, planLabelled, removeLinks } from './association-writes.js'
import { batchReply } from './batch-reply.js'
import type { Context, Route } from './route.js'
import { associationScopes } from './writable.js'

/** Source: HubSpot API specification. */
const MAXIMUM = 2_000

/** The association type that an input names in words, or by its number. */
function namedType(context: Context, input: Fields): AssociationType {
  const { from, to, types } = endsOfPath(context)
  const wanted = textOf(input.type)
  const found = types.find(
    (type) => String(type.typeId) === wanted || internalName(type, types) === wanted,
  )
  if (found) return found
  throw invalid(
    `${wanted} is not a valid association type between ${from.type.name} and ${to.type.name}`,
  )
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
    const inputs = inputsOf(context.body, MAXIMUM, 'from', 'to', 'type')
    const { results, errors } = linkEach(inputs, (input, ids) => {
      const type = namedType(context, input)
      const link = planLabelled(context, { ...ids, named: [type] })
      return () => {
        link()
        const [from, to] = [{ id: String(ids.fromId) }, { id: String(ids.toId) }]
        return { from, to, type: textOf(input.type) }
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
    for (const input of inputsOf(context.body, MAXIMUM, 'from', 'to', 'type')) {
      const type = namedType(context, input)
      const [fromId, toId] = [fieldsOf(input.from, 'id').id, fieldsOf(input.to, 'id').id]
      removeLinks(context, { fromId, toId, named: [type] })
    }
    return noContent
  },
}
