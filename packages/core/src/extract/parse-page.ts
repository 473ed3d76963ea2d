import { HubsyncError } from '../errors.js'

/** What a page of a list or of a search holds, before its records are parsed. */
export interface ParsedPage {
  results: unknown[]
  /** The cursor of the next page. That it is missing is the only sign of the end: pages may be short, or empty. */
  next: string | undefined
  /** What the index of a search holds: a hint. */
  total: number
}

/** @param what - what was asked for, for the error: `list of contacts`. */
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
