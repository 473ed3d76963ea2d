import { partialStatus } from '../api-versions.js'
import { parseId } from '../record-ids.js'
import { isoDate } from '../record-shape.js'
import { invalid, json } from '../replies.js'
import { type Context, objectBody, type Route } from './route.js'

/** How deals are split among owners. Deals that don't exist are in `errors`. Source: HubSpot API specification. */
export const dealSplits: Route = {
  operation: 'deal-splits',
  method: 'POST',
  paths: ['/crm/v3/objects/deals/splits/batch/read', '/deal-splits/:version/batch/read'],
  lane: 'burst',
  scopes: () => ['crm.dealsplits.read_write'],
  handle: (context) => {
    const ids = idsOf(context)
    const deals = context.crm.types.require('deals')
    const isThere = (id: number | undefined) => id !== undefined && context.crm.isActive(deals, id)
    const results = ids
      .map((text) => parseId(text))
      .filter((id) => isThere(id))
      .map((id) => ({ id: String(id), splits: context.crm.dealSplits.of(id!) }))
    const missing = ids.filter((text) => !isThere(parseId(text)))
    const at = isoDate(context.now)
    const body = { completedAt: at, status: 'COMPLETE', startedAt: at, results }
    if (missing.length === 0) return json(body)
    const error = {
      status: 'error',
      category: 'OBJECT_NOT_FOUND',
      message:
        'Could not get some DEAL objects, they may be deleted or not exist. Check that ids are valid.',
      context: { ids: missing },
    }
    return json({ ...body, numErrors: 1, errors: [error] }, partialStatus(context.version))
  },
}

function idsOf(context: Context): string[] {
  const { inputs } = objectBody(context)
  if (!Array.isArray(inputs)) throw invalid('Invalid input JSON: expected a list of inputs')
  return inputs.map((input) => String((input as { id?: unknown } | null)?.id))
}
