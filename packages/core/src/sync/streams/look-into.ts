import type { EverywhereAnswer } from '../../extract/record-reader.js'
import { mapAbsences } from '../../map/map-tombstone.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import { differenceOf } from '../../store/plan-row.js'
import { binState, nextWalk } from '../bin.js'
import type { ComparisonState } from '../checkpoint-states.js'
import type { Job } from '../job.js'
import type { Content, Position } from '../page.js'
import { type AnewRead, readAnew } from '../read-changed.js'
import { claimOf, type VersionsHere } from '../versions.js'
import { addDifferences, type Differing, isLate, type Reach, withIds } from './differences.js'

/** The terms of a comparison. */
export interface Terms {
  /** Its name, for progress: `census` or `verify`. */
  phase: string
  repair: boolean
  reach: Reach
}

/** What HubSpot says about records that it was asked for by id. `content` repairs the mirror. */
export interface Look extends AnewRead {
  /** The comparison, with the new differences. */
  state: Position<ComparisonState>
}

/** The content that repairs the mirror, but removes only some of the records that are gone. */
export function withoutRemovals(
  { tombstones, ...content }: Content,
  except: ReadonlySet<string> = new Set(),
): Content {
  return {
    ...content,
    tombstones: tombstones.filter(({ reason, id }) => reason === 'merged' || except.has(id)),
  }
}

/**
 * Asks HubSpot for records by id, wherever they are. A list may show old versions, and a record that it doesn't show
 * may be in the other state. So a difference is only what HubSpot says about a record when it is asked for it by id.
 */
export async function lookInto(
  job: Job,
  definition: ObjectDefinition,
  ids: readonly string[],
  state: Position<ComparisonState>,
  { repair, reach }: Terms,
): Promise<Look> {
  const { content, answer, here } = await readAnew(job, definition, ids)
  const now = job.hubspotNow()
  const moments = { now, next: nextWalk(await binState(job, definition)) }
  const counted = addDifferences(state, differingFrom(answer, ids, here), reach, moments)
  const gone = goneFrom(answer, here, reach, now)
  const found = {
    ...counted.found,
    extra: withIds(counted.found.extra, gone.extra),
    newer: counted.found.newer + gone.late,
  }
  const tombstones = mapAbsences(definition, answer.aliases, answer.missing)
  return {
    answer,
    here,
    content: { ...content, tombstones },
    // Records that are repaired now need not be awaited.
    state: { ...state, found, ...(repair ? {} : { late: counted.late }) },
  }
}

/**
 * The records that HubSpot has in another version than the mirror. A record that others were merged into is compared
 * separately.
 */
function differingFrom(
  { active, archived }: EverywhereAnswer,
  ids: readonly string[],
  here: VersionsHere,
): Differing[] {
  const asked = new Set(ids)
  return [...active, ...archived].flatMap((record) => {
    const stored = here.get(record.id)
    const differs = asked.has(record.id) && differenceOf(claimOf(record), stored) !== undefined
    return differs ? [{ record, stored }] : []
  })
}

/**
 * Records that are here, and not in HubSpot under their ids: how many have been merged since the last run, and the
 * others.
 */
function goneFrom(
  { active, aliases, missing }: EverywhereAnswer,
  here: VersionsHere,
  reach: Reach,
  now: string,
): { late: number; extra: string[] } {
  const winners = new Map(active.map((record) => [record.id, record]))
  const losers = [...aliases].filter(([id]) => here.has(id))
  const merged = losers.filter(([, winner]) => {
    const record = winners.get(winner)
    return !record || !isLate({ record, stored: undefined }, reach, now)
  })
  return {
    late: losers.length - merged.length,
    extra: [...merged.map(([id]) => id), ...missing.filter((id) => here.has(id))],
  }
}
