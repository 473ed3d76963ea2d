import type { HubspotRecord, StoredRow, StoredVersion } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Claim, Difference } from '../store/store.js'

/** The versions of records that are here, by id. */
export type VersionsHere = ReadonlyMap<string, StoredVersion>

/** Tells which claims about an object the mirror doesn't bear out. */
interface Differing {
  differing(object: string, claims: readonly Claim[]): Promise<Difference[]>
}

/** No version of a record bears this out: the mirror tells the one that it has. */
export function claimsNone(id: string): Claim {
  return { id, updatedAt: '0000-01-01T00:00:00.000Z' }
}

/** Every active version of a record bears this out. */
export function claimsActive(id: string): Claim {
  return { id, updatedAt: '' }
}

/**
 * Which versions the mirror has of these records. Looked up before HubSpot is asked for them by id, they are what its answer may take
 * the place of, whichever date it shows.
 */
export async function versionsHere(
  mirror: Differing,
  { name }: ObjectDefinition,
  ids: readonly string[],
): Promise<VersionsHere> {
  return versionsOf(await mirror.differing(name, ids.map(claimsNone)))
}

/** Those of these ids that aren't here as active records. */
export async function notActiveHere(
  mirror: Differing,
  { name }: ObjectDefinition,
  ids: Iterable<string>,
): Promise<Set<string>> {
  const absent = await mirror.differing(name, [...ids].map(claimsActive))
  return new Set(absent.map(({ id }) => id))
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
