import { SEARCH_PAGE, SEARCH_RESULTS, type SearchFilter } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import { compareIds } from './list-walk.js'
import { parsePage } from './parse-page.js'
import { parseRecord } from './parse-record.js'
import { sideBySide, type Walk } from './side-by-side.js'

/** A record that a search names, and the modification date that it shows. */
export interface Hit {
  id: string
  updatedAt: string
}

/**
 * A stretch of modification dates, both ends included, that is still to be read. Each search starts anew at `from`, so no query
 * ever comes near HubSpot's 10,000 results, and a record that is modified while the window is read (and so leaves it) can't push
 * another one over a page's edge.
 */
export type ChangeWindow = {
  from: string
  to: string
  /** Set for a part of a single millisecond with more records than a page: those after one id, up to another, itself included. */
  within?: { afterId: string | null; upToId?: string | null }
}

/** What one step through the windows found. */
export interface ChangePage {
  hits: Hit[]
  /** Results whose date lies outside their window: the search index is behind. They belong to a later window. */
  outside: number
  /** What is still to be read. None at the end. */
  windows: ChangeWindow[]
}

/** What is searched. */
export interface ChangeQuery {
  type: string
  modifiedProperty: string
  /** The index is sure to show everything that is older than this moment. */
  settled: string
}

/** Reads windows to their ends, by pages of ids and dates. */
export async function* walkChanges(
  hubspot: Hubspot,
  query: ChangeQuery,
  windows: readonly ChangeWindow[],
): AsyncGenerator<ChangePage> {
  for await (const { found, positions } of sideBySide(changeWalk(hubspot, query), windows)) {
    const { hits, outside } = found
    yield { hits, outside, windows: positions }
  }
}

interface FoundChanges {
  hits: Hit[]
  outside: number
  /** Where to go on, by the window as it was when the page was asked for. */
  next: ChangeWindow[]
  /** How many results the window may have left: a hint, for splitting it. */
  left: number
}

function changeWalk(hubspot: Hubspot, query: ChangeQuery): Walk<ChangeWindow, FoundChanges> {
  const left = new Map<string, number>()
  return {
    width: () => hubspot.callsToFill('search'),

    read: (window) =>
      window.within
        ? stepThroughMillisecond(hubspot, query, window, window.within)
        : step(hubspot, query, window),

    advance(window, found) {
      // A window that was cut short meanwhile leaves what lies beyond to the other part.
      const hits = found.hits.filter(({ updatedAt }) => updatedAt <= window.to)
      const next = found.next
        .filter(({ from }) => from <= window.to)
        .map((part) => (part.to > window.to ? { ...part, to: window.to } : part))
      for (const { to } of next) left.set(to, found.left)
      return { found: { ...found, hits }, next }
    },

    pagesLeft: ({ to, within }) => (within ? 0 : (left.get(to) ?? 0) / SEARCH_PAGE),

    cut({ from, to }, parts) {
      const [first, last] = [Date.parse(from), Date.parse(to)]
      const border = Math.floor(first + (last - first) / parts)
      if (border <= first) return undefined
      const results = left.get(to) ?? 0
      left.set(iso(border), results / parts)
      left.set(to, results - results / parts)
      return [
        { from, to: iso(border) },
        { from: iso(border + 1), to },
      ]
    },
  }
}

async function step(
  hubspot: Hubspot,
  query: ChangeQuery,
  window: ChangeWindow,
): Promise<FoundChanges> {
  const { modifiedProperty, settled } = query
  const { from, to } = window
  const results = new SearchResults(hubspot, query, modifiedProperty, [
    { propertyName: modifiedProperty, operator: 'GTE', value: searchable(from) },
    { propertyName: modifiedProperty, operator: 'LTE', value: searchable(to) },
  ])
  const found: FoundChanges = { hits: [], outside: 0, next: [], left: 0 }
  while (await results.read()) {
    const inside = results.latest.filter(({ updatedAt }) => updatedAt >= from && updatedAt <= to)
    found.hits.push(...inside)
    found.outside += results.latest.length - inside.length
    found.left = results.left
    if (!results.more) break
    const reached = reachedBy(inside, from, settled)
    if (reached !== undefined) {
      found.next = [
        reached > from ? { from: reached, to } : { from, to, within: { afterId: null } },
      ]
      break
    }
    if (from < settled && settled < to) {
      // Nothing but the newest dates: what is older is read by itself, without those.
      found.next = [
        { from, to: settled },
        { from: iso(Date.parse(settled) + 1), to },
      ]
      break
    }
  }
  return found
}

/**
 * The date up to which a page has shown everything. Results come in the order of the index, but show the
 * record's date of now: a record that was modified again a moment ago stands at its old place with its
 * new date. Only dates older than the index may lag are sure to be those that the order went by. In the
 * newest stretch any date will do, because the next run reads that stretch again.
 */
function reachedBy(hits: Hit[], from: string, settled: string): string | undefined {
  const sure = from >= settled ? hits : hits.filter(({ updatedAt }) => updatedAt <= settled)
  return sure.at(-1)?.updatedAt
}

/**
 * More records than a page share the window's first millisecond. They are cut by record id into parts of no more than a page, each
 * read by a search of its own. How the index orders ids, as numbers or as text, and whether it sorts them as it filters them, isn't
 * documented: so no conclusion is drawn from where a page ends. Of a cut, every record is on one side or the other in any order, and a
 * part is done when its search has no further page.
 */
async function stepThroughMillisecond(
  hubspot: Hubspot,
  query: ChangeQuery,
  { from, to }: ChangeWindow,
  { afterId, upToId = null }: NonNullable<ChangeWindow['within']>,
): Promise<FoundChanges> {
  const { modifiedProperty } = query
  const results = new SearchResults(hubspot, query, 'hs_object_id', [
    { propertyName: modifiedProperty, operator: 'EQ', value: searchable(from) },
    ...idFilter('GT', afterId),
    ...idFilter('LTE', upToId),
  ])
  const following = iso(Date.parse(from) + 1)
  const found: FoundChanges = {
    hits: [],
    outside: 0,
    next: following <= to ? [{ from: following, to }] : [],
    left: 0,
  }
  const ids = new Set<string>()
  while (await results.read()) {
    const inside = results.latest.filter(({ updatedAt }) => updatedAt === from)
    found.hits.push(...inside)
    found.outside += results.latest.length - inside.length
    for (const { id } of results.latest) if (/^\d+$/.test(id)) ids.add(id)
    // With one id there is nothing to cut between.
    if (!results.more || ids.size < 2) continue
    const cuts = cutsBetween([...ids], results.left, upToId)
    const parts = [...cuts, upToId].map((upTo, index) => ({
      ...{ from, to: from },
      within: { afterId: cuts[index - 1] ?? afterId, upToId: upTo },
    }))
    found.next.unshift(...parts)
    break
  }
  return found
}

function idFilter(operator: 'GT' | 'LTE', id: string | null): SearchFilter[] {
  return id === null ? [] : [{ propertyName: 'hs_object_id', operator, value: id }]
}

/** How many records a part is meant to hold: fewer than a page, as they may lie closer together than those seen. */
const PART = Math.floor(0.85 * SEARCH_PAGE)
/** So many parts are cut off at a time, whatever the index says is left. */
const PARTS = 16

/**
 * Where to cut a part of a millisecond, of which a page was seen: behind the highest id of the page, and on from there at the distance of
 * the page's own ids. These cuts are equally long, so that they come in this order however ids are compared, and the parts don't
 * overlap. Where the page ends with the part, cutting there would give the whole again: then it is cut in the middle.
 */
function cutsBetween(ids: readonly string[], left: number, upToId: string | null): string[] {
  const byNumber = ids.toSorted(compareIds)
  const half = Math.floor((byNumber.length - 1) / 2)
  const [middle, last] = [byNumber[half], byNumber.at(-1)] as [string, string]
  if (last === upToId) return [middleInAnyOrder(byNumber, ids.toSorted())]
  const seen = BigInt(byNumber.length - 1 - half)
  const width = ((BigInt(last) - BigInt(middle)) * BigInt(PART)) / seen
  const count = Math.min(PARTS, Math.ceil(left / PART))
  const further = Array.from({ length: count }, (_, index) =>
    String(BigInt(last) + width * BigInt(index + 1)),
  ).filter(
    (id) =>
      id.length === last.length && (upToId === null || (id < upToId && compareIds(id, upToId) < 0)),
  )
  return [last, ...further]
}

/** The id that lies furthest from both ends, whether ids are compared as numbers or as text. */
function middleInAnyOrder(byNumber: readonly string[], byText: readonly string[]): string {
  const places = new Map(byText.map((id, place) => [id, place]))
  const fromEnd = (place: number) => Math.min(place, byNumber.length - 2 - place)
  let [best, distance] = ['', Number.NEGATIVE_INFINITY]
  for (const [place, id] of byNumber.entries()) {
    const own = Math.min(fromEnd(place), fromEnd(places.get(id) ?? 0))
    if (own > distance) [best, distance] = [id, own]
  }
  return best
}

/** The pages of one query. Only pages that bring nothing to go on from are followed by offset. */
class SearchResults {
  latest: Hit[] = []
  more = true
  /** How many results HubSpot says are left after these pages. A hint: it counts what the index holds. */
  left = 0
  #seen = 0
  #offset: string | undefined

  constructor(
    private readonly hubspot: Hubspot,
    private readonly query: ChangeQuery,
    private readonly sortBy: string,
    private readonly filters: SearchFilter[],
  ) {}

  /** Reads the next page. False where there is none. */
  async read(): Promise<boolean> {
    if (!this.more) return false
    const { type, modifiedProperty } = this.query
    if (Number(this.#offset ?? 0) + SEARCH_PAGE > SEARCH_RESULTS)
      throw new HubsyncError(
        'UNRECONCILED',
        `Expected the search of ${type} to name a record of the window within ${SEARCH_RESULTS} results. The window stays open and is read again at the next run.`,
      )
    const { json } = await this.hubspot.ask(
      this.hubspot.endpoints.search({
        type,
        filters: this.filters,
        sortBy: this.sortBy,
        properties: [modifiedProperty],
        after: this.#offset,
      }),
    )
    const { total, results, next } = parsePage(json, `search of ${type}`)
    this.latest = results.map(parseRecord).filter((record) => record !== undefined)
    this.#seen += results.length
    this.left = Math.max(0, total - this.#seen)
    this.more = next !== undefined
    this.#offset = next
    return true
  }
}

/** Epoch milliseconds; HubSpot answers a search from the epoch itself with a 500. */
function searchable(moment: string): string {
  return String(Math.max(1, Date.parse(moment)))
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
