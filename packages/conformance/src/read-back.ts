import assert from 'node:assert/strict'
import {
  type AssociationEdge,
  type HubsyncErrorCode,
  isHubsyncError,
  type Store,
} from '@hubsync/core'
import { portalId } from './sample-rows.js'
import type { Line, Place } from './store-harness.js'

/** Every line of every table except the list of migrations, sorted, so that two results can be compared. */
export async function everything(place: Place): Promise<Record<string, Line[]>> {
  const found: Record<string, Line[]> = {}
  for (const table of (await place.tables()).sort())
    if (table !== 'sync_schema') found[table] = inOrder(await place.rows(table))
  return found
}

/** Lines sorted by their JSON. */
export function inOrder<T>(lines: readonly T[]): T[] {
  return [...lines].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
}

/** The only line of an object's table with this id, in the cases' portal. */
export async function lineOf(place: Place, table: string, id: string): Promise<Line> {
  const lines = (await place.rows(table)).filter(
    (line) => line.portal_id === portalId && line.source_id === id,
  )
  assert.equal(lines.length, 1, `Expected one line of "${table}" with the id "${id}"`)
  return lines[0] as Line
}

/** The associations of a record in a fixed order. */
export async function edgesOf(
  store: Store,
  fromId: string,
  pair = 'contacts_companies',
): Promise<AssociationEdge[]> {
  const [set] = await store.sets(portalId, pair, [fromId])
  assert.equal(set?.fromId, fromId)
  return inOrder(set.edges)
}

/** Expects a rejection with an error of hubsync that has this code. */
export async function expectRefusal(call: Promise<unknown>, code: HubsyncErrorCode): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    if (!isHubsyncError(error)) throw error
    assert.equal(error.code, code)
    return true
  })
}

/** Reads page after page until one is empty. */
export async function paged<T>(
  read: (after: string | undefined) => Promise<T[]>,
  keyOf: (item: T) => string,
): Promise<T[]> {
  const found: T[] = []
  for (;;) {
    const last = found.at(-1)
    const page = await read(last === undefined ? undefined : keyOf(last))
    if (page.length === 0) return found
    found.push(...page)
    assert.ok(found.length < 10_000, 'Expected the pages to end')
  }
}
