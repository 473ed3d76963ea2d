import { counted } from '../../counted.js'
import { HubsyncError } from '../../errors.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import { BIN_TIME, binState, isOlderThanBin } from '../bin.js'
import type { Job } from '../job.js'
import type { AnewRead } from '../read-changed.js'

/** One census may always remove this many rows, whatever their share. */
const A_HANDFUL = 20

/**
 * The records among those that are gone which HubSpot has dropped from the bin because of their age: they are no reason
 * for alarm.
 */
export async function droppedFromBin(
  job: Job,
  definition: ObjectDefinition,
  { answer, here }: Pick<AnewRead, 'answer' | 'here'>,
): Promise<Set<string>> {
  const bin = await binState(job, definition)
  const cutoff = new Date(Date.parse(job.hubspotNow()) - BIN_TIME).toISOString()
  const wasToGo = (id: string) => {
    const version = here.get(id)
    return version !== undefined && isOlderThanBin(version, cutoff, bin?.watchedSince)
  }
  return new Set(answer.missing.filter(wasToGo))
}

/** The number of rows of an object. */
export async function countRows(job: Job, { name }: ObjectDefinition): Promise<number> {
  const counts = (await job.store.counts(job.origin.portalId))[name]
  return (counts?.active ?? 0) + (counts?.archived ?? 0)
}

/**
 * The reason why so many rows are not removed, or undefined if they are few.
 *
 * @param dropped - how many rows are removed in addition, because HubSpot has dropped their records from the bin.
 */
export function refusalOf(
  { removalShare }: Pick<Job, 'removalShare'>,
  { name }: ObjectDefinition,
  { rows, gone, dropped }: { rows: number; gone: number; dropped: number },
): HubsyncError | undefined {
  const others = rows - dropped
  if (gone <= A_HANDFUL || gone <= others * removalShare) return undefined
  const share = `${Math.round(removalShare * 100)} %`
  const outcome =
    dropped === 0
      ? `No row of ${name} was removed.`
      : `Only ${counted(dropped, 'row')} went, whose records HubSpot drops from the bin after 90 days.`
  return new HubsyncError(
    'REMOVAL_REFUSED',
    `Expected at most ${share} of the ${others} rows of ${name} to be gone from HubSpot, but ${gone} are. ${outcome} If they were really deleted, set \`removalShare\` to 1 and run ${name}:census.`,
  )
}
