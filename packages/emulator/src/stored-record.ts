/** One version of a record. A change creates a new version, because the search index may still use the old one. */
export interface StoredRecord {
  readonly id: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly archivedAt: number | undefined
  /** The values. An empty property is absent; a cleared one may be `''`. */
  readonly properties: Readonly<Record<string, string>>
  /** The previous version, for `propertiesWithHistory`. */
  readonly previous: StoredRecord | undefined
}

/** How many versions of a record are kept. */
const HISTORY = 20

/** The version of a record after a change. */
export function nextVersion(record: StoredRecord, change: Partial<StoredRecord>): StoredRecord {
  let kept: StoredRecord | undefined = record
  for (let depth = 1; kept && depth < HISTORY; depth++) kept = kept.previous
  const previous = kept ? { ...record, previous: undefined } : record
  return { ...record, ...change, previous }
}
