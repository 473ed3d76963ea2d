/** One version of a record. A change creates a new version, because the search index may still use the old one. */
export interface StoredRecord {
  readonly id: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly archivedAt: number | undefined
  /** The values. An empty property is absent; a cleared one may be `''`. */
  readonly properties: Readonly<Record<string, string>>
}
