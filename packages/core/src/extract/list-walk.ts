import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import { harmless } from '../harmless-text.js'
import type { HubspotRecord } from '../model.js'
import type { Extent } from './extent-reader.js'
import { compareIds, inOrder } from './id-order.js'
import { type ListRange, wholeList } from './list-range.js'
import { type ListedRecords, PageReader, type ReadPage } from './page-reader.js'
import { parseRecord } from './parse-record.js'
import { readCutShort } from './record-reader.js'
import { sideBySide, type Walk } from './side-by-side.js'
import { stepAside, stepOver } from './step-over.js'
import { beginsAlike, leadsBack, movedOn, type Trail } from './trail.js'

/** The list to walk. */
export interface ListWalkQuery extends ListedRecords {
  /**
   * If given, the list is read from several ids at the same time; otherwise from one end to the other. It is awaited
   * with the first page, which doesn't need it yet.
   */
  extent?: Promise<Extent | undefined> | undefined
}

/** One page of a list. */
export interface ListPage {
  /** The moment before the page was asked for. */
  readAt: string
  records: HubspotRecord[]
  /** Ranges of the list with entries whose ids are unknown: they have none, or can't be listed. */
  unnamed: ListRange[]
  /** The ids of records that HubSpot can neither list nor return by id. */
  unanswered: string[]
  /** The range of ids of which this page has shown every record. */
  covered: ListRange
  /** The ranges that are still to be listed. Empty after the last page. */
  ranges: ListRange[]
}

/** The list doesn't show each id once, in order. What relied on that order has to be done again without it. */
export class ListOrderError extends HubsyncError {
  constructor(type: string) {
    super(
      'UNRECONCILED',
      `Expected HubSpot's list of ${type} to have each id once, in order, but a page is out of order. Nothing was derived from it.`,
    )
  }
}

/**
 * Walks a list to its end, which is a missing `paging` and nothing else: HubSpot's pages may be short. HubSpot's
 * `after` is the id of the next record (HubSpot docs, "Using object APIs"), so a walk can start at any id, and continue
 * at any time.
 *
 * @param options - `ordered`: whether to rely on the order of the ids. If so, each record is on one page, which shows
 * all records of its range; the list can be read from several ids at the same time; and a record that can't be listed
 * is stepped over. If not, records may come again, no range is covered, and after a record that can't be listed it
 * isn't certain that all are shown.
 * @throws `ListOrderError` if the order is relied on, and a page is out of order.
 */
export async function* walkList(
  hubspot: Hubspot,
  query: ListWalkQuery,
  ranges: readonly ListRange[],
  { ordered }: { ordered: boolean },
): AsyncGenerator<ListPage> {
  const pages = sideBySide(listWalk(hubspot, query, ordered), ranges)
  for await (const { found, positions } of pages) yield { ...found, ranges: positions }
}

type FoundPage = Omit<ListPage, 'ranges'> & {
  next: string | undefined
  /** Set if it shows what was stepped over, and so isn't as wide as other pages. */
  narrow?: true
}

function listWalk(
  hubspot: Hubspot,
  query: ListWalkQuery,
  ordered: boolean,
): Walk<ListRange, FoundPage> {
  const { type, archived = false } = query
  const reader = new PageReader(hubspot, query)
  let extent: Extent | undefined
  /**
   * By the end of a range: the difference between the last and first id of its latest page, which shows how dense the
   * ids are there.
   */
  const spans = new Map<string | null, bigint>()
  /** Places that HubSpot's list has named as the next one: each is the id of the first record of the page there. */
  const named = new Set<string>()

  /**
   * Reads a page again if it lacks its first record, or ends before the last one: either these records are gone, or the
   * page is incomplete.
   */
  async function readPage({ after, until }: ListRange): Promise<ReadPage> {
    const [page, found] = await Promise.all([reader.read(after), query.extent])
    extent = found
    if (!ordered || 'failure' in page) return page
    const idAt = (place: number) => parseRecord(page.results.at(place))?.id
    const beginsLate = after !== null && named.delete(after) && idAt(0) !== after
    const last = idAt(-1) ?? after ?? ''
    const highest = until === null ? extent?.highestId : undefined
    const endsEarly =
      page.next === undefined && highest !== undefined && compareIds(last, highest) < 0
    return beginsLate || endsEarly ? await reader.read(after) : page
  }

  return {
    width: () => (extent && ordered ? hubspot.callsToFill('burst') : 1),

    async read(range) {
      const { after, until } = range
      const readAt = hubspot.now()
      const page = await readPage(range)
      if ('failure' in page) {
        const stepped = ordered
          ? await stepOver(hubspot, reader, query, range)
          : { ...(await stepAside(hubspot, reader, query, range)), unnamed: [wholeList] }
        return { ...stepped, readAt: readAt(), covered: { after, until }, narrow: true }
      }
      const { results } = page
      const next = ordered ? page.next : onwards(type, range, page.next)
      if (next !== undefined && next === after) throw leadingBack(type, after, next)
      const all = results
        .map((result) => parseRecord(result, query.archived))
        .filter((record) => record !== undefined)
      if (ordered && !inOrder(after, all, next)) throw new ListOrderError(type)
      const byId = new Map(all.map((record) => [record.id, record]))
      const shown = ordered ? { after, until: next ?? until } : wholeList
      // A search finds the active records that a list out of order has not shown. A bin can't be searched.
      const isFound = !archived && hubspot.endpoints.hasSearch(type)
      const isWhole = next !== undefined || isFound || (await isStillInItsOrder(reader, range))
      const unnamed = all.length < results.length || !isWhole ? [shown] : []
      const more = await readCutShort(hubspot, query, [...byId.values()])
      for (const record of more?.again.records ?? [])
        if (byId.has(record.id)) byId.set(record.id, record)
      const unanswered = more?.again.unanswered ?? []
      for (const id of unanswered) byId.delete(id)
      const records = [...byId.values()]
      return { readAt: readAt(), records, unnamed, unanswered, next, covered: { after, until } }
    },

    advance(range, page) {
      const { after, until } = range
      const { records, next, narrow } = page
      const ends = next === undefined || (until !== null && compareIds(next, until) >= 0)
      const own =
        until === null || !ordered ? records : records.filter(({ id }) => compareIds(id, until) < 0)
      const covered = { after, until: ends ? until : next }
      const first = after ?? records[0]?.id
      if (ordered && !ends && first !== undefined && !narrow)
        spans.set(until, BigInt(next) - BigInt(first))
      if (ordered && !ends && !narrow) named.add(next)
      return {
        found: { ...page, records: own, covered },
        next: ends
          ? []
          : [{ after: next, until, ...(ordered ? {} : { trail: trailOf(range, next, page) }) }],
      }
    },

    pagesLeft({ after, until }) {
      const end = until ?? extent?.highestId
      const span = spans.get(until)
      // Before its first page nothing is known about a range.
      if (end === undefined || span === undefined || after === null) return 0
      const left = BigInt(end) - BigInt(after)
      return left <= 0n ? 0 : Number(left / (span || 1n))
    },

    cut({ after, until }, parts) {
      const end = until ?? extent?.highestId
      const span = spans.get(until)
      if (end === undefined || span === undefined || after === null) return undefined
      const [low, high] = [BigInt(after), BigInt(end)]
      if (high - low < BigInt(parts)) return undefined
      const share = (high - low) / BigInt(parts)
      // If the ids are evenly spread, a whole number of pages then ends where the next range begins.
      const border = String(low + (span > 0n && share > span ? share - (share % span) : share))
      spans.set(border, span)
      return [
        { after, until: border },
        { after: border, until },
      ]
    },
  }
}

/**
 * Where a list out of order continues. If it leads back to an earlier place, everything was read, up to what was
 * stepped over.
 */
function onwards(type: string, range: ListRange, next: string | undefined): string | undefined {
  if (next === undefined || !leadsBack(range, next)) return next
  if (!range.trail?.gaps) throw leadingBack(type, range.after, next)
  return undefined
}

/**
 * Whether a list out of order still has the order that it had at the beginning. If not, it may not have shown
 * everything.
 */
async function isStillInItsOrder(reader: PageReader, { trail }: ListRange): Promise<boolean> {
  if (!trail?.first) return true
  const page = await reader.read(null)
  return (
    !('failure' in page) &&
    beginsAlike(
      trail,
      page.results.flatMap((result) => parseRecord(result)?.id ?? []),
    )
  )
}

function trailOf(range: ListRange, next: string, { records, narrow }: FoundPage): Trail {
  return movedOn(range, next, narrow ? 'stepped' : records.map(({ id }) => id))
}

function leadingBack(type: string, after: string | null, next: string): HubsyncError {
  return new HubsyncError(
    'HUBSPOT_REPLY',
    `Expected the list of ${type} to continue after "${harmless(String(after), 100)}", but it leads back to "${harmless(next, 100)}", which was already read.`,
  )
}
