import { sources, type Version } from './histories.js'
import type { ObjectTable } from './object-table.js'
import { type DefinedProperty, isComputed } from './property-entries.js'
import { type HistoryEntry, isoDate } from './record-shape.js'
import type { StoredRecord } from './stored-record.js'

/** One value that a property had, and what became of it. */
export interface KnownEntry extends HistoryEntry {
  /** Whether HubSpot still has it. It drops what is older than the newest 45 of a contact, or 20 of other records. */
  readonly kept: boolean
  /** The id of the record that it was written on: this one, or one that was merged into it. */
  readonly recordId: string
}

/** What HubSpot still has of the histories of properties, newest first; none for a property that was never set. */
export function shapeHistory(
  { histories, properties }: ObjectTable,
  record: StoredRecord,
  names: readonly string[],
  now: number,
): Record<string, HistoryEntry[]> {
  const shapes = names.map((name): [string, HistoryEntry[]] => {
    const { kept } = histories.of(record, name)
    const property = properties.get(name)!
    return [name, (isComputed(property) ? computed(kept, property, now) : kept).map(shapeVersion)]
  })
  return Object.fromEntries(shapes)
}

/**
 * The newest time of a calculated property is that of the read. Source: Airbyte's notes on its history streams.
 */
function computed(versions: Version[], { fieldType }: DefinedProperty, now: number): Version[] {
  const rollup = { ...sources.calculation, sourceId: 'RollupProperties' }
  const source = fieldType === 'calculation_rollup' ? rollup : sources.calculation
  return versions.map((version, index) => ({
    ...version,
    source,
    at: index === 0 ? now : version.at,
  }))
}

/** All that the properties of a record ever were, by name, newest first. */
export function wholeHistory(
  { histories }: ObjectTable,
  record: StoredRecord,
): Record<string, KnownEntry[]> {
  const shapes = histories.names(record).map((name): [string, KnownEntry[]] => {
    const { kept, dropped } = histories.of(record, name)
    const entries = [
      ...kept.map((version) => ({ ...known(version), kept: true })),
      ...dropped.map((version) => ({ ...known(version), kept: false })),
    ].sort((a, b) => (a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : 0))
    return [name, entries]
  })
  return Object.fromEntries(shapes)
}

function known(version: Version) {
  return { ...shapeVersion(version), recordId: String(version.recordId) }
}

function shapeVersion({ value, at, source }: Version): HistoryEntry {
  return { value, timestamp: isoDate(at), ...source }
}
