import type { HubspotRecord, StoredRow, StoredVersion } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Claim, Difference } from '../store/store.js'

/** The versions of records in the mirror, by id. */
export type VersionsHere = ReadonlyMap<string, StoredVersion>

/** Finds the claims about an object that don't match the mirror. */
interface Differing {
  differing(object: string, claims: readonly Claim[]): Promise<Difference[]>
}

/** A claim that matches no version of a record: the mirror answers with the version that it has. */
export function claimsNone(id: string): Claim {
  return { id, updatedAt: '0000-01-01T00:00:00.000Z' }
}

/** A claim that matches every active version of a record. */
export function claimsActive(id: string): Claim {
  return { id, updatedAt: '' }
}

/**
 * The versions that the mirror has of these records. Looked up before HubSpot is asked for the records by id, they may
 * be replaced by its answer, whatever its dates.
 */
export async function versionsHere(
  mirror: Differing,
  { name }: ObjectDefinition,
  ids: readonly string[],
): Promise<VersionsHere> {
  return versionsOf(await mirror.differing(name, ids.map(claimsNone)))
}

/** Those of these ids that aren't active records here. */
export async function notActiveHere(
  mirror: Differing,
  { name }: ObjectDefinition,
  ids: Iterable<string>,
): Promise<Set<string>> {
  const absent = await mirror.differing(name, [...ids].map(claimsActive))
  return new Set(absent.map(({ id }) => id))
}

/** The versions that didn't match a claim. */
export function versionsOf(differing: readonly Difference[]): VersionsHere {
  return new Map(differing.flatMap(({ id, stored }) => (stored ? [[id, stored] as const] : [])))
}

/** The version of a row. */
export function versionOf({ status, updatedAt, archivedAt, syncedAt }: StoredRow): StoredVersion {
  return { status, updatedAt, archivedAt, syncedAt }
}

/** The claim that a record of HubSpot's makes. */
export function claimOf({ id, updatedAt, archived, archivedAt }: HubspotRecord): Claim {
  return archived ? { id, updatedAt, archivedAt: archivedAt ?? updatedAt } : { id, updatedAt }
}
