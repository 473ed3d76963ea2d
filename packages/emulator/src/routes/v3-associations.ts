import { decodeCursor } from '../association-cursor.js'
import { parseId } from '../record-ids.js'
import { isoDate } from '../record-shape.js'
import { json } from '../replies.js'
import {
  associationInputs,
  associationScopes,
  endsOf,
  invalidIdentifier,
  noAssociations,
  recordOf,
} from './associations.js'
import { type PlainPage, plainPage } from './plain-associations.js'
import { integerParameter, type Route } from './route.js'

/** How many associations of one record a batch of version 3 shows. Source: issues of HubSpot's Python client. */
const OF_A_RECORD = 100

/** The associations of up to 1,000 records in the form of version 3. Source: recorded reply. */
export const v3Associations: Route = {
  operation: 'associations',
  method: 'POST',
  paths: ['/crm/v3/associations/:from/:to/batch/read'],
  lane: 'associations',
  scopes: associationScopes,
  handle: (context) => {
    const ends = endsOf(context)
    const results: (Pick<PlainPage, 'paging'> & { from: { id: string }; to: unknown[] })[] = []
    const errors: unknown[] = []
    for (const input of associationInputs(context)) {
      const id = parseId(input?.id)
      if (id === undefined) {
        errors.push(invalidIdentifier(input?.id))
        continue
      }
      const start = decodeCursor(input.after)
      const page = context.crm.isActive(ends.from.type, id)
        ? plainPage(context, ends, id, { start, size: OF_A_RECORD })
        : { results: [] }
      const { results: to, ...paging } = page
      if (to.length === 0) errors.push(noAssociations(ends, id))
      else results.push({ from: { id: String(id) }, to, ...paging })
    }
    const at = isoDate(context.now)
    const body = { completedAt: at, status: 'COMPLETE', startedAt: at, results }
    return errors.length === 0
      ? json(body)
      : json({ ...body, errors, numErrors: errors.length }, 207)
  },
}

/** The associations of one record, which the paging of lists leads to. */
export const v3RecordAssociations: Route = {
  operation: 'record-associations',
  method: 'GET',
  paths: ['/crm/v3/objects/:from/:id/associations/:to'],
  lane: 'burst',
  scopes: associationScopes,
  handle: (context) => {
    const ends = endsOf(context)
    const id = recordOf(context, ends)
    const size = integerParameter(context, 'limit', { fallback: 500, maximum: 500 })
    const start = decodeCursor(context.url.searchParams.get('after'))
    return json(plainPage(context, ends, id, { start, size }))
  },
}
