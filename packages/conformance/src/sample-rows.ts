import type {
  AssociationEdge,
  AssociationSet,
  ColumnValue,
  HubspotRecord,
  MirrorRow,
  RunRecord,
} from '@hubsync/core'
import type { Batch, RowGroup } from '@hubsync/core/store'

/** The portal of the cases. The id of the other portal starts with it. */
export const portalId = '1000001'
export const otherPortalId = '10000012'

/** The time so many minutes into the cases' day. */
export function minute(count: number): string {
  return new Date(Date.UTC(2026, 0, 5) + count * 60_000).toISOString()
}

/** The parts of a sample row. */
export interface SampleRow {
  /** The minute of its last change. Default: 1. */
  at?: number
  values?: Record<string, ColumnValue>
  /** The minute at which it was archived. By default it is active. */
  archived?: number
  /** HubSpot's properties besides those of the values. */
  properties?: Record<string, string | null>
  /** Further keys of HubSpot's object. */
  more?: Record<string, unknown>
}

/** A row as the mapping would create it, with the matching HubSpot object. */
export function row(id: string, sample: SampleRow = {}): MirrorRow {
  const { at = 1, values = {}, archived, properties = {}, more = {} } = sample
  const archivedAt = archived === undefined ? null : minute(archived)
  const raw: HubspotRecord = {
    id,
    createdAt: minute(0),
    updatedAt: minute(at),
    archived: archivedAt !== null,
    ...(archivedAt === null ? {} : { archivedAt }),
    ...more,
    properties: { ...propertiesOf(values), ...properties },
  }
  return {
    id,
    status: archivedAt === null ? 'ACTIVE' : 'ARCHIVED',
    url: `https://app.hubspot.com/contacts/${portalId}/record/0-1/${id}`,
    createdAt: minute(0),
    updatedAt: minute(at),
    archivedAt,
    values,
    raw,
  }
}

function propertiesOf(values: Record<string, ColumnValue>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name.toLowerCase(),
      value === null ? null : Array.isArray(value) ? value.join(';') : String(value),
    ]),
  )
}

/** Rows with consecutive ids from `first` on. */
export function rowsFrom(first: number, count: number, sample: SampleRow = {}): MirrorRow[] {
  return Array.from({ length: count }, (_, index) => row(String(first + index), sample))
}

/** Rows of an object whose changes are added to the feed. */
export function group(object: string, ...rows: MirrorRow[]): RowGroup {
  return { object, rows, feed: true }
}

export function edge(
  toId: string,
  typeId = 1,
  label: string | null = null,
  category = 'HUBSPOT_DEFINED',
): AssociationEdge {
  return { toId, category, typeId, label }
}

/** The set of associations from a contact to companies. */
export function companiesOf(fromId: string, ...edges: AssociationEdge[]): AssociationSet {
  return { pair: 'contacts_companies', fromId, edges }
}

/** A batch of the cases' portal, committed at minute 100 by default. */
export function batch(content: Partial<Batch> = {}): Batch {
  return { portalId, at: minute(100), ...content }
}

/** An unfinished run that started at that minute. */
export const run = (id: string, at: number, change: Partial<RunRecord> = {}): RunRecord => ({
  id,
  jobs: ['contacts'],
  status: 'running',
  counts: null,
  error: null,
  startedAt: minute(at),
  finishedAt: null,
  ...change,
})
