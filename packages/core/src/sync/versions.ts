import type { HubspotRecord, StoredRow, StoredVersion } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Claim, Difference } from '../store/store.js'

/** The versions of records that are here, by id. */
export type VersionsHere = ReadonlyMap<string, StoredVersion>

/** Every version is newer. */
export const BEFORE_ALL = '0000-01-01T00:00:00.000Z'

/**
 * Which versions the mirror has of these records. Looked up before HubSpot is asked for them by id, they are what its answer may take
 * the place of, whichever date it shows.
 */
export async function versionsHere(
  mirror: { differing(object: string, claims: readonly Claim[]): Promise<Difference[]> },
  { name }: ObjectDefinition,
  ids: readonly string[],
): Promise<VersionsHere> {
  const claims = ids.map((id) => ({ id, updatedAt: BEFORE_ALL }))
  return versionsOf(await mirror.differing(name, claims))
}

/** The versions that differ from what was claimed. */
export function versionsOf(differing: readonly Difference[]): VersionsHere {
  return new Map(differing.flatMap(({ id, stored }) => (stored ? [[id, stored] as const] : [])))
}

/** The version that a row is. */
export function versionOf({ status, updatedAt, archivedAt, syncedAt }: StoredRow): StoredVersion {
  return { status, updatedAt, archivedAt, syncedAt }
}

/** What a record that HubSpot gives is claimed to be. */
export function claimOf({ id, updatedAt, archived, archivedAt }: HubspotRecord): Claim {
  return archived ? { id, updatedAt, archivedAt: archivedAt ?? updatedAt } : { id, updatedAt }
}
