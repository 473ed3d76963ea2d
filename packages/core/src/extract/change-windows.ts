import { SEARCH_PAGE, SEARCH_RESULTS, type SearchFilter } from '../client/endpoints.js'
import type { Hubspot } from '../client/hubspot-client.js'
import { HubsyncError } from '../errors.js'
import { parseRecord } from './parse-record.js'

/** A record that a search names, and the modification date that it shows. */
export interface Hit {
  id: string
  updatedAt: string
}

/**
 * A stretch of modification dates, both ends included, and how far it is read. Each search starts anew at
 * `from`, so no query ever comes near HubSpot's 10,000 results, and a record that is modified while the
 * window is read (and so leaves it) can't push another one over a page's edge.
 */
export interface ChangeWindow {
  from: string
  to: string
  /** Set while only the older part of the window is read, up to this date. */
  upTo?: string
  /** Set while a single millisecond with more records than a page is read, by record id. */
  within?: { afterId: string | null }
}

/** What one step through a window found. */
export interface ChangePage {
  hits: Hit[]
  /** Results whose date lies outside the window: the search index is behind. They belong to a later window. */
  outside: number
  /** Where to go on, or undefined at the end of the window. */
  next: ChangeWindow | undefined
}

/** What is searched. */
export interface ChangeQuery {
  type: string
  modifiedProperty: string
  /** How long the search index may take to show a change, in milliseconds. */
  overlapMs: number
}

/** Reads a window to its end, by pages of ids and dates. */
export async function* walkChanges(
  hubspot: Hubspot,
  query: ChangeQuery,
  window: ChangeWindow,
): AsyncGenerator<ChangePage> {
  for (let at: ChangeWindow | undefined = window; at; ) {
    const page: ChangePage = at.within
      ? await stepThroughMillisecond(hubspot, query, at, at.within.afterId)
      : await step(hubspot, query, at)
    yield page
    at = page.next
  }
}

async function step(
  hubspot: Hubspot,
  query: ChangeQuery,
  window: ChangeWindow,
): Promise<ChangePage> {
  const { modifiedProperty } = query
  const upper = window.upTo ?? window.to
  const results = new SearchResults(hubspot, query, modifiedProperty, [
    { propertyName: modifiedProperty, operator: 'GTE', value: searchable(window.from) },
    { propertyName: modifiedProperty, operator: 'LTE', value: searchable(upper) },
  ])
  const settled = new Date(Date.parse(window.to) - query.overlapMs).toISOString()
  const page: ChangePage = { hits: [], outside: 0, next: undefined }
  while (await results.read()) {
    const inside = results.latest.filter(
      ({ updatedAt }) => updatedAt >= window.from && updatedAt <= upper,
    )
    page.hits.push(...inside)
    page.outside += results.latest.length - inside.length
    if (!results.more) break
    const reached = reachedBy(inside, window.from, settled)
    if (reached !== undefined) {
      page.next =
        reached > window.from
          ? { ...window, from: reached }
          : { ...window, within: { afterId: null } }
      return page
    }
    if (upper > settled && window.from < settled) {
      // Nothing but the newest dates: what is older is read by itself, without those.
      page.next = { ...window, upTo: settled }
      return page
    }
  }
  page.next = afterPart(window)
  return page
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

/** Where to go on once a part of the window is read to its end. */
function afterPart({ upTo, to }: ChangeWindow): ChangeWindow | undefined {
  return upTo === undefined ? undefined : { from: upTo, to }
}

/**
 * More records than a page share the window's first millisecond: they are read in the order of their ids.
 * Whether the index orders ids as numbers or as text doesn't matter, as each page goes on after the last
 * id of the one before.
 */
async function stepThroughMillisecond(
  hubspot: Hubspot,
  query: ChangeQuery,
  window: ChangeWindow,
  afterId: string | null,
): Promise<ChangePage> {
  const { modifiedProperty } = query
  const results = new SearchResults(hubspot, query, 'hs_object_id', [
    { propertyName: modifiedProperty, operator: 'EQ', value: searchable(window.from) },
    ...(afterId === null
      ? []
      : [{ propertyName: 'hs_object_id', operator: 'GT' as const, value: afterId }]),
  ])
  const page: ChangePage = { hits: [], outside: 0, next: undefined }
  while (await results.read()) {
    const inside = results.latest.filter(({ updatedAt }) => updatedAt === window.from)
    page.hits.push(...inside)
    page.outside += results.latest.length - inside.length
    const last = results.latest.at(-1)
    if (results.more && last) {
      page.next = { ...window, within: { afterId: last.id } }
      return page
    }
  }
  const following = new Date(Date.parse(window.from) + 1).toISOString()
  const { within: _, ...rest } = window
  page.next = following <= (rest.upTo ?? rest.to) ? { ...rest, from: following } : afterPart(rest)
  return page
}

/** The pages of one query. Only pages that bring nothing to go on from are followed by offset. */
class SearchResults {
  latest: Hit[] = []
  more = true
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
    const { results, paging } = json as {
      results?: unknown
      paging?: { next?: { after?: unknown } }
    }
    if (!Array.isArray(results))
      throw new HubsyncError(
        'HUBSPOT_REPLY',
        `Expected the search of ${type} to have \`results\`, got a reply without them.`,
      )
    this.latest = results.map(parseRecord).filter((record) => record !== undefined)
    // The end is a missing `paging.next`: `total` counts what the index holds, and pages may be short.
    const after = paging?.next?.after
    this.more = after !== undefined
    this.#offset = after === undefined ? undefined : String(after)
    return true
  }
}

/** Epoch milliseconds; HubSpot answers a search from the epoch itself with a 500. */
function searchable(moment: string): string {
  return String(Math.max(1, Date.parse(moment)))
}
