import { HubsyncError } from '../errors.js'

/** A page of a list or of a search, before its records are parsed. */
export interface ParsedPage {
  results: unknown[]
  /** The cursor of the next page. Only its absence is the end of the list: pages may be short, or empty. */
  next: string | undefined
  /** How many there are by the search index: a hint. */
  total: number
}

/** @param what - what was asked for, as part of a message: `list of contacts`. */
export function parsePage(json: unknown, what: string): ParsedPage {
  const { total, results, paging } = json as {
    total?: unknown
    results?: unknown
    paging?: { next?: { after?: unknown } }
  }
  if (!Array.isArray(results))
    throw new HubsyncError(
      'HUBSPOT_REPLY',
      `Expected the ${what} to have \`results\`, got a reply without them.`,
    )
  const after = paging?.next?.after
  return {
    results,
    next: after === undefined ? undefined : String(after),
    total: typeof total === 'number' ? total : 0,
  }
}
