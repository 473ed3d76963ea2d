/** `v3`, `v4` or the date of a version. */
export type ApiVersion = string

/** The supported dated versions. Source: HubSpot docs, "API versioning"; the tree of the API specification. */
export const DATED_VERSIONS = ['2025-09', '2026-03', '2026-09-beta', '2026-09', '2027-03-beta']

/** From this version on there is no status 207. Source: HubSpot API specification. */
const WITHOUT_207 = '2026-09'

/** The status of a batch reply with errors in it. */
export function partialStatus(version: ApiVersion): number {
  return /^\d/.test(version) && version >= WITHOUT_207 ? 200 : 207
}
