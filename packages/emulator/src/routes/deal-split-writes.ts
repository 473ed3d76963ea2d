import type { DealSplit } from '../deal-splits.js'
import { parseId } from '../record-ids.js'
import { invalid, notFound, Refusal } from '../replies.js'
import { type Fields, inputsOf, listOf, textOf } from '../validation/bodies.js'
import { type BatchError, batchReply, errorOf } from './batch-reply.js'
import type { Context, Route } from './route.js'

/** Source: HubSpot API specification. */
const MAXIMUM = 100

/** Splits deals among owners, in place of what they were. Deals that can't be split are in `errors`. */
export const upsertDealSplits: Route = {
  operation: 'deal-splits-upsert',
  method: 'POST',
  paths: ['/crm/v3/objects/deals/splits/batch/upsert', '/deal-splits/:version/batch/upsert'],
  lane: 'burst',
  writes: true,
  scopes: () => ['crm.dealsplits.read_write'],
  handle: (context) => {
    const results: unknown[] = []
    const errors: BatchError[] = []
    for (const input of inputsOf(context.body, MAXIMUM, 'id', 'splits')) {
      try {
        results.push(split(context, input))
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        errors.push(errorOf(error, { ids: [String(input.id)] }))
      }
    }
    return batchReply(context, results, errors)
  },
}

function split({ crm }: Context, input: Fields) {
  const id = parseId(textOf(input.id))
  if (id === undefined || !crm.isActive(crm.types.require('deals'), id)) throw notFound()
  const splits: DealSplit[] = listOf(input.splits, 'ownerId', 'percentage').map((fields) => {
    const [ownerId, percentage] = [textOf(fields.ownerId), Number(fields.percentage)]
    if (!crm.owners.find(ownerId, 'id', false))
      throw invalid(`Owner with id ${ownerId} is not valid`)
    if (!(percentage >= 0 && percentage <= 1))
      throw invalid(`percentage must be from 0 to 1, but was ${String(fields.percentage)}`)
    return { ownerId, percentage }
  })
  const sum = splits.reduce((total, { percentage }) => total + percentage, 0)
  if (splits.length > 0 && Math.abs(sum - 1) > 1e-8)
    throw invalid(`The percentages of a deal must be 1 together, but were ${sum}`)
  crm.dealSplits.set(id, splits)
  return { id: String(id), splits: crm.dealSplits.of(id) }
}
