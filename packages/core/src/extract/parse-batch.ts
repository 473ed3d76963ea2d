import type { Reply } from '../client/transport.js'
import { mergedIds } from './merged-ids.js'
import { parseRecord } from './parse-record.js'
import type { BatchAnswer } from './property-parts.js'

/**
 * What a batch read says about each id that was asked for. Results are matched by their ids, and not by their places. A
 * result under another id is that of a merged record if it names the id that was asked for.
 */
export function parseBatch(
  { json }: Pick<Reply, 'json' | 'status'>,
  ids: readonly string[],
  archived: boolean,
): BatchAnswer {
  const body = json as {
    results?: unknown[]
    errors?: { category?: string; context?: { ids?: unknown[] } }[]
  }
  const records = (body.results ?? [])
    .map((result) => parseRecord(result, archived))
    .filter((record) => record !== undefined)
  const open = new Set(ids)
  const strangers = records.filter((record) => !open.delete(record.id))
  const aliases = new Map<string, string>()
  for (const record of strangers)
    for (const loser of mergedIds(record)) if (open.delete(loser)) aliases.set(loser, record.id)
  // Partial answers have `errors`, whatever the status: 207 up to version 2026-03, 200 after it.
  const missing = (body.errors ?? [])
    .filter((error) => error?.category === 'OBJECT_NOT_FOUND')
    .flatMap((error) => error.context?.ids ?? [])
    .map(String)
    .filter((id) => open.delete(id))
  return { records, aliases, missing, unanswered: [...open] }
}
