import assert from 'node:assert/strict'
import type { HistoryGap, ObjectDefinition, Store, StoredHistoryEntry } from '@hubsync/core'
import type { KnownEntry, Portal } from '@hubsync/emulator'

/**
 * Compares the history of the properties that a definition names with everything that the portal knows of it, also what it
 * no longer gives. Throws at the first difference that no named gap explains.
 */
export async function expectHistory(
  portal: Portal,
  store: Store,
  { name, history }: ObjectDefinition,
): Promise<void> {
  if (history === 'all') throw new Error('Expected stories to name the properties.')
  if (history.length === 0) return
  const portalId = String(portal.portalId)
  for (const archived of [false, true])
    for (const { id } of portal.records(name, { archived })) {
      const truth = portal.history(name, id) ?? {}
      const here = await store.history(portalId, name, id, { limit: 1_000 })
      const gaps = await store.historyGaps(portalId, name, id, { limit: 1_000 })
      for (const property of history)
        expectProperty(`${name} ${id}: the history of ${property}`, {
          truth: truth[property] ?? [],
          here: here.filter((entry) => entry.property === property),
          gaps: gaps.filter((gap) => gap.property === property),
        })
    }
}

interface Compared {
  truth: readonly KnownEntry[]
  here: readonly StoredHistoryEntry[]
  gaps: readonly HistoryGap[]
}

function expectProperty(what: string, { truth, here, gaps }: Compared): void {
  const real = new Set(truth.map(({ timestamp, value }) => `${timestamp} ${value}`))
  for (const { changedAt, value } of here)
    assert.ok(real.has(`${changedAt} ${value}`), `${what}: ${value} of ${changedAt} is invented`)
  const mirrored = new Set(here.map(({ changedAt, value }) => `${changedAt} ${value}`))
  const moments = new Set(here.map(({ changedAt }) => changedAt))
  const isInGap = (at: string) =>
    gaps.some(({ after, before }) => (after ?? '') <= at && at <= before)
  for (const { timestamp, value, kept } of truth) {
    if (mirrored.has(`${timestamp} ${value}`)) continue
    assert.ok(!kept, `${what}: ${value} of ${timestamp} is missing`)
    // Of two records that are merged, HubSpot keeps the primary's value of a moment.
    const isReplaced = moments.has(timestamp)
    assert.ok(isReplaced || isInGap(timestamp), `${what}: nothing tells of ${value}, ${timestamp}`)
  }
  const [newest] = truth
  assert.equal(here[0]?.value ?? '', newest?.value ?? '', `${what}: its newest value`)
}
