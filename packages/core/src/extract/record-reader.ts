import { BATCH_READ_INPUTS } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { PieceSize } from '../client/piece-size.js'
import type { HubspotRecord } from '../model.js'
import { askInPieces, NOBODY } from './in-pieces.js'
import { parseRecord } from './parse-record.js'
import { MERGED_IDS } from './property-reader.js'

/** Which records to read, and what of them. */
export interface RecordQuery {
  type: string
  ids: readonly string[]
  properties: readonly string[]
  /** Reads the recycle bin in place of the active records. */
  archived?: boolean
}

/** What came of reading records by id: every id that was asked for is in exactly one of the four. */
export interface RecordAnswer {
  /** The moment before the first call: a record that was purged until then, and is here, has come back. */
  readAt: string
  records: HubspotRecord[]
  /** Ids that answered under another one, and which: the record was merged. */
  aliases: Map<string, string>
  /** Ids of which HubSpot says that there is no such record. */
  missing: string[]
  /** Ids that HubSpot left out without a word, or can't answer for. Nothing is known of them. */
  unanswered: string[]
}

/**
 * Reads records by id. Results are matched by the id that comes back, never by position: a merged id
 * answers under the id of the record that it became part of (HubSpot docs, "Merge records").
 */
export async function readRecords(hubspot: Hubspot, query: RecordQuery): Promise<RecordAnswer> {
  const readAt = hubspot.now()
  const ask = (ids: readonly string[]) => readBatch(hubspot, query, ids)
  const size = hubspot.pieceSize(`records of ${query.type}`, BATCH_READ_INPUTS)
  const batches = await askInPieces([...new Set(query.ids)], size, NOBODY, ask)
  // One at a time there is no doubt which id an answer belongs to.
  const open = batches.answers.flatMap(({ unanswered }) => unanswered)
  const singles = await askInPieces(open, new PieceSize(1), NOBODY, ask)
  const all = [...batches.answers, ...singles.answers]
  const byId = new Map(all.flatMap(({ records }) => records).map((record) => [record.id, record]))
  return {
    readAt,
    records: [...byId.values()],
    aliases: new Map(all.flatMap(({ aliases }) => [...aliases])),
    missing: all.flatMap(({ missing }) => missing),
    unanswered: [
      ...singles.answers.flatMap(({ unanswered }) => unanswered),
      ...batches.failed,
      ...singles.failed,
    ],
  }
}

/** What came of asking for records wherever they are: every id that was asked for is in exactly one of the five. */
export interface EverywhereAnswer extends Omit<RecordAnswer, 'records'> {
  active: HubspotRecord[]
  archived: HubspotRecord[]
}

/** Reads records by id as active ones, and those that aren't in the recycle bin. `missing` are in neither. */
export async function readEverywhere(
  hubspot: Hubspot,
  query: Omit<RecordQuery, 'archived'>,
): Promise<EverywhereAnswer> {
  const active = await readRecords(hubspot, query)
  const inBin = await readRecords(hubspot, { ...query, ids: active.missing, archived: true })
  return {
    readAt: active.readAt,
    active: active.records,
    archived: inBin.records,
    aliases: new Map([...active.aliases, ...inBin.aliases]),
    missing: inBin.missing,
    unanswered: [...active.unanswered, ...inBin.unanswered],
  }
}

async function readBatch(
  hubspot: Hubspot,
  { type, properties, archived = false }: RecordQuery,
  ids: readonly string[],
): Promise<Omit<RecordAnswer, 'readAt'>> {
  const call = hubspot.endpoints.batchRead(type, ids, properties, archived)
  const { json } = await hubspot.ask(call)
  const body = json as {
    results?: unknown[]
    errors?: { category?: string; context?: { ids?: unknown[] } }[]
  }
  const records = (body.results ?? []).map(parseRecord).filter((record) => record !== undefined)
  const open = new Set(ids)
  const strangers = records.filter((record) => !open.delete(record.id))
  const aliases = new Map<string, string>()
  for (const record of strangers)
    for (const loser of mergedIds(record)) if (open.delete(loser)) aliases.set(loser, record.id)
  const [only] = ids
  const [stranger] = strangers
  if (ids.length === 1 && only !== undefined && stranger && open.delete(only))
    aliases.set(only, stranger.id)
  // Partial answers are told by `errors`, whatever the status: 207 up to version 2026-03, 200 after it.
  const missing = (body.errors ?? [])
    .filter((error) => error?.category === 'OBJECT_NOT_FOUND')
    .flatMap((error) => error.context?.ids ?? [])
    .map(String)
    .filter((id) => open.delete(id))
  return { records, aliases, missing, unanswered: [...open] }
}

/** The ids of the records that were merged into this one. */
export function mergedIds(record: HubspotRecord): string[] {
  return (record.properties[MERGED_IDS] ?? '')
    .split(';')
    .map((id) => id.trim())
    .filter((id) => id !== '' && id !== record.id)
}
