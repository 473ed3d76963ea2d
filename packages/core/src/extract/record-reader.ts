import { batchSize } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { PieceSize } from '../client/piece-size.js'
import type { HubspotRecord } from '../model.js'
import { askInPieces, expectAnswer, mayBeOfOne, NOBODY, type PieceAnswers } from './in-pieces.js'
import { MERGED_IDS } from './merged-ids.js'
import { parseBatch } from './parse-batch.js'
import { historyIn } from './parse-history.js'
import {
  type BatchAnswer,
  FEW_PROPERTIES,
  mergeAnswers,
  noAnswer,
  readInParts,
} from './property-parts.js'
import { forgetSettled, isUnsettled, noteUnsettled } from './unsettled-histories.js'

/** The records to read, and their properties. */
export interface RecordQuery {
  type: string
  ids: readonly string[]
  properties: readonly string[]
  /** Those of them whose earlier values are read too. Default: none. */
  history?: readonly string[]
  /** Reads the recycle bin instead of the active records. */
  archived?: boolean
}

/** The result of reading records by id, and when they were read. */
export interface RecordAnswer extends BatchAnswer {
  /** The moment before the first call. If a record is here that had been purged before then, it has come back. */
  readAt: string
}

/** How often a record is read until the newest entry of each history is its value. */
const TRIES = 3

/** Reads records by id. Records that come incomplete, or with a history that doesn't match, are read again. */
export async function readRecords(hubspot: Hubspot, query: RecordQuery): Promise<RecordAnswer> {
  const first = await readOnce(hubspot, query)
  const more = await readCutShort(hubspot, query, first.records)
  if (!more) return first
  const { cut, again } = more
  const kept = first.records.filter((record) => !cut.has(record))
  return { ...mergeAnswers([{ ...first, records: kept }, again]), readAt: first.readAt }
}

/**
 * Reads those of these records again that came without a property or a history that was asked for. An empty property
 * comes as null, a history without entries as an empty list, so the reply may have been cut short. If it is absent
 * again, HubSpot doesn't return this property, and no record is read again for it.
 *
 * Reads those again, too, whose newest entry of a history isn't the value: one of the two is older than the other.
 *
 * @returns those records, and the result of reading them again. Undefined if there are none.
 */
export async function readCutShort(
  hubspot: Hubspot,
  query: Omit<RecordQuery, 'ids'>,
  records: readonly HubspotRecord[],
): Promise<{ cut: ReadonlySet<HubspotRecord>; again: RecordAnswer } | undefined> {
  const { type, properties, history = [] } = query
  const notGiven = hubspot.learned(`properties of ${type} that are left out`)
  const noHistory = hubspot.learned(`histories of ${type} that are left out`)
  const leftOut = (record: HubspotRecord) =>
    properties.filter((name) => !Object.hasOwn(record.properties, name) && !notGiven.has(name))
  const cutOff = (record: HubspotRecord) => {
    const given = new Set(historyIn(record).map(({ property }) => property))
    return history.filter((name) => !given.has(name) && !noHistory.has(name))
  }
  forgetSettled(hubspot, type, history, records)
  const isOpen = (record: HubspotRecord) => isUnsettled(hubspot, type, record)
  const cut = new Set(
    records.filter(
      (record) => leftOut(record).length > 0 || cutOff(record).length > 0 || isOpen(record),
    ),
  )
  if (cut.size === 0) return undefined
  const again = await readOnce(hubspot, { ...query, ids: [...cut].map(({ id }) => id) })
  for (const name of again.records.flatMap(leftOut)) notGiven.add(name)
  for (const name of again.records.flatMap(cutOff)) noHistory.add(name)
  return { cut, again: await readUntilSettled(hubspot, query, again, isOpen) }
}

/** Reads those of these records again that are still open, a few times. */
async function readUntilSettled(
  hubspot: Hubspot,
  query: Omit<RecordQuery, 'ids'>,
  begun: RecordAnswer,
  isOpen: (record: HubspotRecord) => boolean,
): Promise<RecordAnswer> {
  const { readAt } = begun
  let answer = begun
  for (let tries = 2; tries < TRIES; tries++) {
    const open = answer.records.filter(isOpen)
    if (open.length === 0) return answer
    const again = await readOnce(hubspot, { ...query, ids: open.map(({ id }) => id) })
    const records = answer.records.filter((record) => !open.includes(record))
    answer = { ...mergeAnswers([{ ...answer, records }, again]), readAt }
  }
  for (const record of answer.records) noteUnsettled(hubspot, query.type, record)
  return answer
}

/**
 * Reads records by id. Results are matched by id, never by position: for a merged id, the reply has the record that it
 * became part of (HubSpot docs, "Merge records"). That record names those that were merged into it. A result under
 * another id that doesn't name the one that was asked for answers some other question.
 */
async function readOnce(hubspot: Hubspot, query: RecordQuery): Promise<RecordAnswer> {
  const readAt = hubspot.now()
  const most = batchSize(query.history)
  const size = hubspot.pieceSize(`records of ${query.type}, ${most} at once`, most)
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
  { type, properties, history = [], archived = false }: RecordQuery,
  ids: readonly string[],
  divisible: boolean,
): Promise<BatchAnswer> {
  // Without this property, a result under another id could not be matched.
  const wanted = {
    properties: [...new Set([...properties, MERGED_IDS])],
    history: history.filter((name) => properties.includes(name)),
  }
  const call = hubspot.endpoints.batchRead(type, ids, wanted, archived)
  return parseBatch(await hubspot.ask({ ...call, divisible }), ids, archived)
}
