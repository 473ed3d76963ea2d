/** `v3`, `v4` or the date of a version. */
export type ApiVersion = string

/** The supported dated versions. Source: HubSpot docs, "API versioning"; the tree of the API specification. */
export const DATED_VERSIONS = ['2025-09', '2026-03', '2026-09-beta', '2026-09', '2027-03-beta']

/**
 * Whether a version has what 2026-09 changed: no status 207, and no associations of a single record. Its beta doesn't
 * have it yet. Source: HubSpot API specification.
 */
export function isFrom202609(version: ApiVersion): boolean {
  return /^\d/.test(version) && version >= '2026-09' && version !== '2026-09-beta'
}

/** The status of a batch reply with errors in it. */
export function partialStatus(version: ApiVersion): number {
  return isFrom202609(version) ? 200 : 207
}
