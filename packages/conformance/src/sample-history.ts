import type { HistoryEntry, MirrorRow, Store, Tombstone } from '@hubsync/core'
import type { HistoryCounts } from '@hubsync/core/store'
import { batch, group, minute, portalId, row, type SampleRow } from './sample-rows.js'

/** An entry of this minute with this value. */
export function entry(at: number, value: string | null = `v${at}`): HistoryEntry {
  return {
    changedAt: minute(at),
    value,
    sourceType: 'CRM_UI',
    sourceRef: `userId:${at}`,
    sourceLabel: null,
    userId: String(at),
  }
}

/** A reading of a property as HubSpot gives it: the entries of these minutes, newest first. */
export function readingOf(...minutes: number[]): HistoryEntry[] {
  return minutes.map((at) => entry(at)).reverse()
}

/** A row with its history. */
export function rowWith(
  id: string,
  history: NonNullable<MirrorRow['history']>,
  sample: SampleRow = {},
): MirrorRow {
  return { ...row(id, sample), history }
}

/** The tombstone of a contact that was merged into another, or purged. */
export function gone(id: string, intoId: string | null = null): Tombstone {
  return { object: 'contacts', id, intoId, reason: intoId === null ? 'purged' : 'merged' }
}

/** Commits a reading of the history of one contact. */
export async function read(
  store: Store,
  at: number,
  id: string,
  history: NonNullable<MirrorRow['history']>,
  sample: SampleRow = {},
): Promise<HistoryCounts | undefined> {
  const rows = [group('contacts', rowWith(id, history, sample))]
  const { history: counts } = await store.commit(batch({ at: minute(at), rows }))
  return counts?.contacts
}

const minuteOf = (moment: string | null) =>
  moment === null ? null : (Date.parse(moment) - Date.parse(minute(0))) / 60_000

/** The minutes and values of a contact's property, oldest first: `3 v3`. Merged ones are followed by their record. */
export async function historyOf(
  store: Store,
  id: string,
  property = 'stage',
  portal = portalId,
): Promise<string[]> {
  const entries = await store.history(portal, 'contacts', id, { property, limit: 1_000 })
  return entries
    .map(({ changedAt, value, mergedFrom }) =>
      [minuteOf(changedAt), value, mergedFrom && `of ${mergedFrom}`].filter(Boolean).join(' '),
    )
    .reverse()
}

/** The gaps in a contact's property, oldest first, each by the minutes at its ends. */
export async function gapsOf(
  store: Store,
  id: string,
  property = 'stage',
  portal = portalId,
): Promise<(number | null)[][]> {
  const gaps = await store.historyGaps(portal, 'contacts', id, { property, limit: 1_000 })
  return gaps.map(({ after, before }) => [minuteOf(after), minuteOf(before)]).reverse()
}
