import { partialStatus } from '../api-versions.js'
import { isoDate } from '../record-shape.js'
import { json, type Refusal, type Reply } from '../replies.js'
import type { Context } from './route.js'

/** An error about one or more inputs of a batch. */
export type BatchError = Readonly<Record<string, unknown>>

/** What refuses one input, as an error in the reply to the batch. */
export function errorOf({ reply }: Refusal, more: Readonly<Record<string, unknown>>): BatchError {
  const { correlationId: _, ...body } = reply.body as Record<string, unknown>
  return { ...body, context: { ...(body.context as object), ...more } }
}

/** The reply to a batch, with the errors if there are some. */
export function batchReply(
  { now, version }: Context,
  results: readonly unknown[],
  errors: readonly unknown[],
  status = 200,
): Reply {
  const at = isoDate(now)
  const body = { completedAt: at, status: 'COMPLETE', startedAt: at, results }
  if (errors.length === 0) return json(body, status)
  const partial = partialStatus(version) === 200 ? status : 207
  return json({ ...body, numErrors: errors.length, errors }, partial)
}
