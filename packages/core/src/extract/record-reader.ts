import { BATCH_READ_INPUTS } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { PieceSize } from '../client/piece-size.js'
import type { HubspotRecord } from '../model.js'
import { askInPieces, expectAnswer, mayBeOfOne, NOBODY, type PieceAnswers } from './in-pieces.js'
import { MERGED_IDS } from './merged-ids.js'
import { parseBatch } from './parse-batch.js'
import {
  type BatchAnswer,
  FEW_PROPERTIES,
  mergeAnswers,
  noAnswer,
  readInParts,
} from './property-parts.js'

/** The records to read, and their properties. */
export interface RecordQuery {
  type: string
  ids: readonly string[]
  properties: readonly string[]
  /** Reads the recycle bin instead of the active records. */
  archived?: boolean
}

/** The result of reading records by id, and when they were read. */
export interface RecordAnswer extends BatchAnswer {
  /** The moment before the first call. If a record is here that had been purged before then, it has come back. */
  readAt: string
}

/** Reads records by id. Records that come without a property that was asked for are read once more. */
export async function readRecords(hubspot: Hubspot, query: RecordQuery): Promise<RecordAnswer> {
  const first = await readOnce(hubspot, query)
  const more = await readCutShort(hubspot, query, first.records)
  if (!more) return first
  const { cut, again } = more
  const kept = first.records.filter((record) => !cut.has(record))
  return { ...mergeAnswers([{ ...first, records: kept }, again]), readAt: first.readAt }
}

/**
 * Reads those of these records again that came without a property that was asked for. An empty property comes as null,
 * so the reply may have been cut short. If it is absent again, HubSpot doesn't return this property, and no record is
 * read again for it.
 *
 * @returns those records, and the result of reading them again. Undefined if there are none.
 */
export async function readCutShort(
  hubspot: Hubspot,
  query: Omit<RecordQuery, 'ids'>,
  records: readonly HubspotRecord[],
): Promise<{ cut: ReadonlySet<HubspotRecord>; again: RecordAnswer } | undefined> {
  const notGiven = hubspot.notGiven(query.type)
  const leftOut = ({ properties }: HubspotRecord) =>
    query.properties.filter((name) => !Object.hasOwn(properties, name) && !notGiven.has(name))
  const cut = new Set(records.filter((record) => leftOut(record).length > 0))
  if (cut.size === 0) return undefined
  const again = await readOnce(hubspot, { ...query, ids: [...cut].map(({ id }) => id) })
  for (const name of again.records.flatMap(leftOut)) notGiven.add(name)
  return { cut, again }
}

/**
 * Reads records by id. Results are matched by id, never by position: for a merged id, the reply has the record that it
 * became part of (HubSpot docs, "Merge records"). That record names those that were merged into it. A result under
 * another id that doesn't name the one that was asked for answers some other question.
 */
async function readOnce(hubspot: Hubspot, query: RecordQuery): Promise<RecordAnswer> {
  const readAt = hubspot.now()
  const size = hubspot.pieceSize(`records of ${query.type}`, BATCH_READ_INPUTS)
  const batches = await readInPieces(hubspot, query, [...new Set(query.ids)], size)
  // HubSpot may return a record alone that it left out of a batch.
  const open = batches.answers.flatMap(({ unanswered }) => unanswered)
  const singles = await readInPieces(hubspot, query, open, new PieceSize(1))
  const answered = batches.answers.map((answer) => ({ ...answer, unanswered: [] }))
  const failed = { ...noAnswer, unanswered: [...batches.failed, ...singles.failed] }
  return { ...mergeAnswers([...answered, ...singles.answers, failed]), readAt: readAt() }
}

/**
 * Reads records in pieces. If HubSpot can't answer even for one record, the reason may be the number of properties:
 * these are then halved too, down to a few.
 */
async function readInPieces(
  hubspot: Hubspot,
  query: RecordQuery,
  ids: readonly string[],
  size: PieceSize,
): Promise<PieceAnswers<string, BatchAnswer>> {
  const { type, properties } = query
  const kind = `properties of ${type}, ${properties.length} in all`
  const width = hubspot.pieceSize(kind, properties.length)
  const answers: BatchAnswer[] = []
  let open = ids
  for (let most = width.current; ; most = Math.ceil(most / 2)) {
    const pieces = await askAtWidth(hubspot, query, open, { size, most })
    answers.push(...pieces.answers)
    open = pieces.failed
    if (pieces.answers.length > 0) {
      if (most === width.current) width.answered()
      else width.tooMuch(most)
    }
    if (isNarrowest(most) || open.length === 0) return { answers, failed: [...open] }
  }
}

/** Whether this many properties are not divided any more. */
function isNarrowest(most: number): boolean {
  return most <= FEW_PROPERTIES
}

/**
 * Reads records with at most this many properties at once.
 *
 * @returns all of them as failed if HubSpot answers for none, but might with fewer properties.
 */
async function askAtWidth(
  hubspot: Hubspot,
  query: RecordQuery,
  ids: readonly string[],
  { size, most }: { size: PieceSize; most: number },
): Promise<PieceAnswers<string, BatchAnswer>> {
  const read = (properties: readonly string[], piece: readonly string[]) =>
    readBatch(hubspot, { ...query, properties }, piece, piece.length > 1 || !isNarrowest(most))
  try {
    return await askInPieces(ids, size, NOBODY, (piece) =>
      readInParts(query.properties, most, piece, read),
    )
  } catch (failure) {
    if (isNarrowest(most) || !mayBeOfOne(failure)) throw failure
    await expectAnswer([{ piece: ids, failure }], NOBODY, (piece) => read([MERGED_IDS], piece))
    return { answers: [], failed: [...ids] }
  }
}

/** The result of asking for records wherever they are. Every id that was asked for is in exactly one of the five. */
export interface EverywhereAnswer extends Omit<RecordAnswer, 'records'> {
  active: HubspotRecord[]
  archived: HubspotRecord[]
}

/**
 * Reads records by id as active ones, and those that aren't in the recycle bin. Ids that are in neither are asked for
 * as active ones once more: a record may have been restored between the two calls. `missing` are in neither after that.
 */
export async function readEverywhere(
  hubspot: Hubspot,
  query: Omit<RecordQuery, 'archived'>,
): Promise<EverywhereAnswer> {
  const active = await readRecords(hubspot, query)
  const inBin = await readRecords(hubspot, { ...query, ids: active.missing, archived: true })
  const restored = await readRecords(hubspot, { ...query, ids: inBin.missing })
  const { aliases, unanswered } = mergeAnswers([active, inBin, restored])
  return {
    readAt: active.readAt,
    active: [...active.records, ...restored.records],
    archived: inBin.records,
    aliases,
    missing: restored.missing,
    unanswered,
  }
}

async function readBatch(
  hubspot: Hubspot,
  { type, properties, archived = false }: RecordQuery,
  ids: readonly string[],
  divisible: boolean,
): Promise<BatchAnswer> {
  // Without this property, a result under another id could not be matched.
  const wanted = [...new Set([...properties, MERGED_IDS])]
  const call = hubspot.endpoints.batchRead(type, ids, wanted, archived)
  return parseBatch(await hubspot.ask({ ...call, divisible }), ids, archived)
}
