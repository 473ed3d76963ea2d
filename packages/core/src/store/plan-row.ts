import type {
  ColumnValue,
  HubspotRecord,
  MirrorRow,
  RowVersion,
  StoredRow,
  StoredVersion,
  Tombstone,
} from '../model.js'
import { isSameRaw, rawText } from './raw-text.js'
import type { ChangeEntry, Claim, Difference, RowCounts } from './store.js'
import type { ObjectTable } from './tables.js'

/** What a store knows about a row before it takes another version of it. */
export type KnownRow = Pick<StoredRow, keyof RowVersion | 'createdAt' | 'url' | 'values'> & {
  /** HubSpot's object as {@link rawText} made it, with its keys in any order. */
  rawText: string
}

/** What a store has to write about one row of a batch. */
export type RowPlan =
  | { action: 'leave'; count: 'unchanged' | 'stale' }
  | {
      action: 'insert' | 'update'
      count: 'created' | 'updated' | 'archived' | 'restored'
      row: MirrorRow
      rawText: string
    }

/**
 * Plans one row. This is the only place where versions are compared, values that didn't come are kept, and unchanged
 * rows are recognized. Every store uses it, so that they can't differ.
 */
export function planRow(
  table: ObjectTable,
  incoming: MirrorRow,
  known: KnownRow | undefined,
  tombstone: { reason: Tombstone['reason']; at: string } | undefined,
): RowPlan {
  if (tombstone && !outlives(incoming, tombstone)) return { action: 'leave', count: 'stale' }
  if (
    incoming.partial &&
    (known?.updatedAt !== incoming.updatedAt || known.status !== incoming.status)
  )
    return { action: 'leave', count: 'stale' }
  if (!known) {
    const row = rowWith(valuesOf(table, incoming), incoming.raw, incoming)
    const count = row.status === 'ARCHIVED' ? 'archived' : 'created'
    return { action: 'insert', count, row, rawText: rawText(row.raw) }
  }
  if (isOlder(incoming, known) && !isVersion(known, incoming.replaces))
    return { action: 'leave', count: 'stale' }
  const merged = mergeInto(table, known, incoming, rawText(incoming.raw))
  if (isSame(table, known, merged)) return { action: 'leave', count: 'unchanged' }
  const count = kindOfUpdate(known, incoming)
  return { action: 'update', count, ...merged }
}

/**
 * Whether a row may replace a tombstone. A merged id never comes back. A purged one does if HubSpot shows it after all:
 * changed since, or asked for since. A page from before that says nothing.
 */
function outlives(
  { updatedAt, readAt = '' }: MirrorRow,
  { reason, at }: { reason: Tombstone['reason']; at: string },
): boolean {
  return reason === 'purged' && (updatedAt > at || readAt > at)
}

/** The row with these values, without the fields about its reading. */
function rowWith(
  values: Record<string, ColumnValue>,
  raw: HubspotRecord,
  row: MirrorRow,
): MirrorRow {
  const { id, status, url, createdAt, updatedAt, archivedAt } = row
  return { id, status, url, createdAt, updatedAt, archivedAt, values, raw }
}

function kindOfUpdate(known: KnownRow, incoming: MirrorRow): 'updated' | 'archived' | 'restored' {
  if (known.status === incoming.status) return 'updated'
  return incoming.status === 'ARCHIVED' ? 'archived' : 'restored'
}

/** Whether the first version is older than the second. */
function isOlder(one: RowVersion, other: RowVersion): boolean {
  if (one.updatedAt !== other.updatedAt) return one.updatedAt < other.updatedAt
  // Archiving doesn't change the modification date, but restoring does: at the same date, archived is the later state.
  if (one.status !== other.status) return other.status === 'ARCHIVED'
  return (one.archivedAt ?? '') < (other.archivedAt ?? '')
}

function isVersion(row: RowVersion, version: RowVersion | undefined): boolean {
  return (
    row.updatedAt === version?.updatedAt &&
    row.status === version.status &&
    row.archivedAt === version.archivedAt
  )
}

function mergeInto(
  table: ObjectTable,
  known: KnownRow,
  incoming: MirrorRow,
  text: string,
): { row: MirrorRow; rawText: string } {
  const values = valuesOf(table, incoming, known)
  const raw =
    known.rawText === text
      ? incoming.raw
      : withWhatWasLeftOut(JSON.parse(known.rawText), incoming.raw)
  return {
    row: rowWith(values, raw, incoming),
    rawText: raw === incoming.raw ? text : rawText(raw),
  }
}

/** The columns' values. Those that didn't come keep their stored values. */
function valuesOf(
  { columns }: ObjectTable,
  { values: given }: MirrorRow,
  known?: KnownRow,
): Record<string, ColumnValue> {
  const values: Record<string, ColumnValue> = {}
  for (const { name } of columns)
    values[name] = Object.hasOwn(given, name)
      ? wellFormed(given[name] ?? null)
      : ownValue(known?.values ?? {}, name)
  return values
}

function withWhatWasLeftOut(stored: HubspotRecord, incoming: HubspotRecord): HubspotRecord {
  const url = incoming.url ?? stored.url
  const isWhole = Object.keys(stored.properties).every((name) =>
    Object.hasOwn(incoming.properties, name),
  )
  if (isWhole && url === incoming.url) return incoming
  const properties = { ...stored.properties, ...incoming.properties }
  const names = Object.keys(properties).sort()
  return {
    ...incoming,
    ...(url === undefined ? {} : { url }),
    properties: Object.fromEntries(names.map((name) => [name, properties[name] ?? null])),
  }
}

function isSame(
  table: ObjectTable,
  known: KnownRow,
  { row, rawText }: { row: MirrorRow; rawText: string },
): boolean {
  return (
    known.status === row.status &&
    known.updatedAt === row.updatedAt &&
    known.archivedAt === row.archivedAt &&
    known.createdAt === row.createdAt &&
    known.url === row.url &&
    isSameRaw(known.rawText, rawText) &&
    table.columns.every(({ name }) =>
      sameValue(ownValue(known.values, name), ownValue(row.values, name)),
    )
  )
}

/** A property may be called `constructor`, which every object inherits. */
function ownValue(values: Record<string, ColumnValue>, name: string): ColumnValue {
  return Object.hasOwn(values, name) ? (values[name] ?? null) : null
}

/** Databases store UTF-8, which can't hold half a surrogate pair. A text that was cut within an emoji ends in one. */
export function wellFormed(value: ColumnValue): ColumnValue {
  if (typeof value === 'string') return value.toWellFormed()
  if (!Array.isArray(value) || value.every((text) => text.isWellFormed())) return value
  return value.map((text) => text.toWellFormed())
}

export function sameValue(one: ColumnValue, other: ColumnValue): boolean {
  return one === other || (Array.isArray(one) && JSON.stringify(one) === JSON.stringify(other))
}

export function changedColumns(
  table: ObjectTable,
  before: Record<string, ColumnValue>,
  after: Record<string, ColumnValue>,
): ChangeEntry['columns'] {
  const columns: ChangeEntry['columns'] = {}
  for (const { name } of table.columns) {
    const [old, now] = [ownValue(before, name), ownValue(after, name)]
    if (!sameValue(old, now)) columns[name] = { old, new: now }
  }
  return columns
}

/**
 * How a claim about a record differs from what is stored, or undefined if it doesn't.
 *
 * @param tombstone - only used if there is no row; then needed for a claim of a record in the bin.
 */
export function differenceOf(
  claim: Claim,
  known: StoredVersion | undefined,
  tombstone?: Pick<Tombstone, 'reason'>,
): Difference | undefined {
  const { id } = claim
  const archivedAt = claim.archivedAt ?? null
  if (!known) {
    // HubSpot may still list a merged record in its bin.
    if (archivedAt !== null && tombstone?.reason === 'merged') return undefined
    return { id, reason: 'missing' }
  }
  const { status, updatedAt, archivedAt: knownAt, syncedAt } = known
  const stored: StoredVersion = { status, updatedAt, archivedAt: knownAt, syncedAt }
  const claimed: RowVersion = {
    status: archivedAt === null ? 'ACTIVE' : 'ARCHIVED',
    updatedAt: claim.updatedAt,
    archivedAt,
  }
  if (claimed.status === 'ACTIVE' && status === 'ARCHIVED')
    return { id, reason: 'archived', stored }
  if (claim.updatedAt === '') return undefined
  if (isOlder(stored, claimed)) return { id, reason: 'older', stored }
  return isOlder(claimed, stored) ? { id, reason: 'newer', stored } : undefined
}

/** All counts zero. */
export function noRows(): RowCounts {
  return { created: 0, updated: 0, unchanged: 0, archived: 0, restored: 0, removed: 0, stale: 0 }
}
