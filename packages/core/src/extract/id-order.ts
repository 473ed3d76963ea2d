import type { HubspotRecord } from '../model.js'

/** Whether the ids of a page ascend, from its beginning to the beginning of the next page. */
export function inOrder(
  after: string | null,
  records: readonly HubspotRecord[],
  next: string | undefined,
): boolean {
  let last: string | undefined
  for (const id of [...records.map((record) => record.id), ...(next === undefined ? [] : [next])]) {
    if (!/^\d+$/.test(id) || (last !== undefined && compareIds(id, last) <= 0)) return false
    last = id
  }
  const first = records[0]?.id
  const begins = after === null || first === undefined || compareIds(first, after) >= 0
  return begins && (next === undefined || after === null || compareIds(next, after) > 0)
}

/** Compares ids as numbers: a shorter one is smaller. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}
