import type { AssociationAnswer } from '../extract/association-reader.js'
import { mergedIds } from '../extract/merged-ids.js'
import { readRecords } from '../extract/record-reader.js'
import { mergedTombstone } from '../map/map-tombstone.js'
import type { AssociationSet } from '../model.js'
import type { Pair } from '../objects/pairs.js'
import { idsOf, type LinkReading } from './link-reading.js'
import { claimsActive, claimsNone, versionsOf } from './versions.js'

/** What came of reading the far ends of some sets. */
interface Ends {
  /** Records that are new here under their ids, or active again. */
  came: string[]
  /**
   * Records at the near end that lost a link with a record that has changed meanwhile: the link may have been gone for
   * only a moment.
   */
  doubted: string[]
}

/**
 * Takes the sets of one pair, and reads the far ends that the mirror lacks. A far end that is active here and no longer
 * in its set is read too: if it is in the bin, its links come back with it, and that would go unnoticed if the mirror
 * didn't have it as archived.
 */
export async function readEnds(
  reading: LinkReading,
  pair: Pair,
  { sets, unanswered }: AssociationAnswer,
): Promise<Ends> {
  const { job, unread, here, ends, tombstones } = reading
  const none: Ends = { came: [], doubted: [] }
  const openNear = idsOf(reading.unanswered, pair.from.name)
  for (const id of unanswered) openNear.add(id)
  const letGo = nearEndsLeft(await job.sets(pair.name, [...sets.keys()]), sets)
  const kept = reading.sets.get(pair.name) ?? new Map<string, AssociationSet>()
  reading.sets.set(pair.name, kept)
  for (const [fromId, edges] of sets) kept.set(fromId, { pair: pair.name, fromId, edges })

  const known = idsOf(here, pair.to.name)
  const far = new Set([...sets.values()].flat().map(({ toId }) => toId))
  const claims = [...new Set([...far, ...letGo.keys()])]
    .filter((id) => !known.has(id))
    .map((id) => (letGo.has(id) ? claimsNone(id) : claimsActive(id)))
  if (claims.length === 0) return none
  const differing = await job.differing(pair.to.name, claims)
  const ids = differing.map(({ id }) => id)
  if (ids.length === 0) return none

  const { type } = pair.to
  const read = async () => {
    const wanted = await job.wanted(pair.to)
    const active = await readRecords(job.hubspot, { type, ids, ...wanted })
    const gone = active.missing.filter((id) => letGo.has(id))
    const inBin = await readRecords(job.hubspot, { type, ids: gone, ...wanted, archived: true })
    return { active, inBin }
  }
  const found = await unread.read(pair, `ends in ${pair.to.name}`, read, undefined)
  const open = new Set(found ? [...found.active.unanswered, ...found.inBin.unanswered] : ids)
  const openFar = idsOf(reading.unanswered, pair.to.name)
  for (const id of letGo.keys()) if (open.has(id)) openFar.add(id)
  if (!found) return none
  for (const [fromId, edges] of sets)
    if (edges.some(({ toId }) => open.has(toId))) openNear.add(fromId)

  const replaces = versionsOf(differing)
  const stays = (id: string) => letGo.has(id) && replaces.get(id)?.status === 'ACTIVE'
  const came = found.active.records.filter(({ id }) => !stays(id))
  const changed = found.active.records.filter(({ id, updatedAt }) => {
    const stored = replaces.get(id)
    return stays(id) && (stored?.updatedAt !== updatedAt || stored.syncedAt >= reading.startedAt)
  })
  for (const id of [...ids, ...came.flatMap((record) => [record.id, ...mergedIds(record)])])
    known.add(id)
  const { readAt, aliases } = found.active
  const records = [...came, ...found.inBin.records]
  ends.push({ definition: pair.to, records, readAt, replaces })
  for (const [loser, winner] of aliases) tombstones.push(mergedTombstone(pair.to, loser, winner))
  return {
    came: came.map(({ id }) => id),
    doubted: [...new Set(changed.flatMap(({ id }) => letGo.get(id) ?? []))],
  }
}

/**
 * The far ends that are in the stored sets and not in the new ones, each with the near ends that it was linked with.
 */
function nearEndsLeft(
  stored: readonly AssociationSet[],
  came: AssociationAnswer['sets'],
): Map<string, string[]> {
  const left = new Map<string, string[]>()
  for (const { fromId, edges } of stored) {
    const still = new Set(came.get(fromId)?.map(({ toId }) => toId))
    for (const toId of new Set(edges.map((edge) => edge.toId)))
      if (!still.has(toId)) left.set(toId, [...(left.get(toId) ?? []), fromId])
  }
  return left
}
