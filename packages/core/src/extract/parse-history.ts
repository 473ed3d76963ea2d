import type { HistoryEntry, HubspotRecord } from '../model.js'
import { isoMoment } from './parse-record.js'

/** What HubSpot keeps of one property of a record. */
export interface ParsedHistory {
  property: string
  /** Newest first. Empty if the property was never set. */
  entries: HistoryEntry[]
  /** How many entries have no moment, so that nothing is known about when they were set. */
  unreadable: number
}

/**
 * The history that came with a record, by its properties. One that HubSpot left out is left out here too: only an empty
 * list says that the property was never set.
 */
export function historyIn({ propertiesWithHistory }: HubspotRecord): ParsedHistory[] {
  if (typeof propertiesWithHistory !== 'object' || propertiesWithHistory === null) return []
  return Object.entries(propertiesWithHistory).flatMap(([property, entries]) =>
    Array.isArray(entries) ? [parseHistory(property, entries)] : [],
  )
}

/**
 * The properties whose newest entry isn't their value in the same reply: the record was changed while HubSpot made the
 * reply, or one of the two is old.
 */
export function unsettledAmong(
  histories: readonly ParsedHistory[],
  { properties }: Pick<HubspotRecord, 'properties'>,
): string[] {
  return histories
    .filter(({ property, entries: [newest] }) => {
      if (!Object.hasOwn(properties, property)) return false
      return (properties[property] ?? '') !== (newest?.value ?? '')
    })
    .map(({ property }) => property)
}

function parseHistory(property: string, given: readonly unknown[]): ParsedHistory {
  const entries = given.map(parseEntry).filter((entry) => entry !== undefined)
  // HubSpot sends them newest first. Of one moment, the first that it sends stays the newest.
  const inOrder = entries.every(
    ({ changedAt }, at) => at === 0 || changedAt <= (entries[at - 1]?.changedAt ?? ''),
  )
  if (!inOrder)
    entries.sort((one, other) =>
      one.changedAt === other.changedAt ? 0 : one.changedAt < other.changedAt ? 1 : -1,
    )
  return { property, entries, unreadable: given.length - entries.length }
}

/** Undefined for an entry without a moment. */
function parseEntry(given: unknown): HistoryEntry | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const { value, timestamp, sourceType, sourceId, sourceLabel, updatedByUserId } = given as Record<
    string,
    unknown
  >
  const isMoment = (typeof timestamp === 'string' && timestamp !== '') || Number.isFinite(timestamp)
  const changedAt = isMoment ? isoMoment(new Date(timestamp as string | number)) : undefined
  if (changedAt === undefined) return undefined
  return {
    value: textOf(value),
    changedAt,
    sourceType: textOf(sourceType) ?? '',
    sourceRef: textOf(sourceId),
    sourceLabel: textOf(sourceLabel),
    userId: textOf(updatedByUserId),
  }
}

/** Anything that isn't text as it stands in JSON. */
function textOf(given: unknown): string | null {
  if (given === undefined || given === null) return null
  return typeof given === 'string' ? given : JSON.stringify(given)
}
