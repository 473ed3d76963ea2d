import { HubsyncError } from '../../errors.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import { BIN_TIME, binState, isOlderThanBin } from '../bin.js'
import type { Job } from '../job.js'
import type { AnewRead } from '../read-changed.js'

/** So many rows may go at one census, whatever share of the rows they are. */
const A_HANDFUL = 20

/** Those of the records that are gone which HubSpot's bin was to drop by now: that is no alarm. */
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

/** How many rows there are of an object. */
export async function countRows(job: Job, { name }: ObjectDefinition): Promise<number> {
  const counts = (await job.store.counts(job.origin.portalId))[name]
  return (counts?.active ?? 0) + (counts?.archived ?? 0)
}

/**
 * Why so many rows are not removed, or undefined where they are few.
 *
 * @param dropped - how many rows go besides, since HubSpot's bin was to drop them.
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
      : `None of them was removed, only the ${dropped} that HubSpot's bin was to drop after 90 days.`
  return new HubsyncError(
    'REMOVAL_REFUSED',
    `Expected at most ${share} of the ${others} rows of ${name} to be gone from HubSpot, but ${gone} are. ${outcome} If that is right, set \`removalShare\` to 1 and run ${name}:census.`,
  )
}
