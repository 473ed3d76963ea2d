import type { ColumnValue, Json, RecordStatus } from '@hubsync/core'
import type { ReferenceName, ReferenceRow, ReferenceSet } from '@hubsync/core/store'

type Key = ReferenceRow['key']

/** The parts of a sample row of a reference table. */
export interface SampleReference {
  values?: Record<string, ColumnValue>
  status?: RecordStatus
  raw?: Json
}

/** A row of a reference table. By default it is active, and its raw object has its key. */
export function referenceRow(key: Key, sample: SampleReference = {}): ReferenceRow {
  const { values = {}, status = 'ACTIVE', raw = { key: [...key] } } = sample
  return { key, status, values, raw }
}

/** A complete reading that is told to the feed. */
export function reading(table: ReferenceName, scope: Key, ...rows: ReferenceRow[]): ReferenceSet {
  return { table, scope, rows, feed: true }
}

/** A pipeline of deals, by default, with this label. */
export function pipeline(id: string, label: string, object = 'deals'): ReferenceRow {
  return referenceRow([object, id], { values: { label, displayOrder: 1 } })
}

/** A stage of the pipeline `p`, by default of deals. */
export function stage(
  id: string,
  values: Record<string, ColumnValue> = {},
  object = 'deals',
): ReferenceRow {
  return referenceRow([object, 'p', id], { values })
}

/** The team of an owner. Its table has no `raw`. */
export function member(ownerId: string, teamId: string, isPrimary = true): ReferenceRow {
  return referenceRow([ownerId, teamId], { values: { isPrimary }, raw: null })
}
