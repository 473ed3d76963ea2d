import { HubspotError } from '../errors.js'
import { type AssociationAnswer, readAssociations } from '../extract/association-reader.js'
import { mergedIds } from '../extract/merged-ids.js'
import type { Tombstone } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Pair } from '../objects/pairs.js'
import { readEnds } from './far-ends.js'
import { isBackfilled, type Job } from './job.js'
import type { Dated } from './link-order.js'
import { type IdsByName, idsOf, type LinkReading } from './link-reading.js'
import { type Content, pairsFrom, type RecordGroup } from './page.js'
import type { UnreadPairs } from './unread-pairs.js'
import { notActiveHere } from './versions.js'

/** The associations of a page, and the records at their far ends that the mirror lacks or has in another version. */
export interface Links extends Dated {
  ends: RecordGroup[]
  tombstones: Tombstone[]
  /** By object name: ids for which HubSpot left something unanswered, about the records or about their associations. */
  unanswered: IdsByName
}

/** The parts of a page that say which links to read. */
type Linked = Pick<Content, 'records' | 'near' | 'newcomers' | 'tombstones'>

/**
 * Reads the associations of the records of a page. A far end that the mirror doesn't have is read too. It may be linked
 * with records that haven't changed, so the links of those are read again. This repeats until nothing new comes.
 */
export async function readLinks(job: Job, page: Linked, unread: UnreadPairs): Promise<Links> {
  const reading: LinkReading = {
    job,
    unread,
    startedAt: job.hubspotNow(),
    sets: new Map(),
    asked: new Map(),
    here: new Map(),
    ends: [],
    tombstones: [],
    expected: [],
    unanswered: new Map(),
  }
  const isEmpty = [...page.near, ...page.newcomers].every(({ ids }) => ids.length === 0)
  const dates = isEmpty
    ? { began: 0, ended: 0 }
    : await job.linkOrder.date(async () => {
        await readAll(reading, page)
        return {}
      })
  const { ends, tombstones, expected, unanswered } = reading
  const sets = [...reading.sets.values()].flatMap((ofPair) => [...ofPair.values()])
  return { sets, expected, ends, tombstones, unanswered, ...dates }
}

async function readAll(reading: LinkReading, page: Linked): Promise<void> {
  const { job, here } = reading
  for (const { definition, records } of page.records)
    for (const record of records)
      for (const id of [record.id, ...mergedIds(record)]) idsOf(here, definition.name).add(id)
  for (const { object, id } of page.tombstones) idsOf(here, object).add(id)
  const near = [...page.near]
  let newcomers = [...page.newcomers]
  while (near.length > 0 || newcomers.length > 0) {
    for (const { definition, ids } of newcomers)
      near.push(...(await nearEndsOf(reading, definition, ids)))
    newcomers = []
    const asked = await toAsk(reading, near.splice(0))
    // All pairs at the same time. Missing far ends are read one pair after the other, so that none is read twice.
    const answers = await Promise.all(asked.map((each) => askPair(reading, each)))
    for (const [index, { pair }] of asked.entries()) {
      const { came, doubted } = await readEnds(reading, pair, answers[index] as AssociationAnswer)
      if (doubted.length > 0) near.push({ pair, ids: again(reading, pair, doubted) })
      if (came.length === 0) continue
      newcomers.push({ definition: pair.to, ids: came })
      for (const next of pairsFrom(job, pair.to)) near.push({ pair: next, ids: came })
    }
  }
}

/** The records that weren't asked for yet, of the pairs that can be written. */
async function toAsk(
  reading: LinkReading,
  near: Content['near'],
): Promise<{ pair: Pair; ids: string[] }[]> {
  const asked: { pair: Pair; ids: string[] }[] = []
  for (const { pair, ids } of near) {
    if (ids.length === 0 || !(await canBeWritten(reading, pair))) continue
    const before = idsOf(reading.asked, pair.name)
    const fresh = ids.filter((id) => !before.has(id))
    for (const id of fresh) before.add(id)
    asked.push({ pair, ids: fresh })
  }
  return asked
}

/** Allows these records to be asked for once more. */
function again({ asked }: LinkReading, pair: Pair, ids: readonly string[]): readonly string[] {
  for (const id of ids) idsOf(asked, pair.name).delete(id)
  return ids
}

/** Before the far end's object is backfilled, each linked record would be read one by one. */
async function canBeWritten({ job, unread }: LinkReading, pair: Pair): Promise<boolean> {
  const isReady = await isBackfilled(job, pair.to)
  if (!isReady) unread.leaveOut(pair)
  return isReady
}

function askPair(
  { job, unread }: LinkReading,
  { pair, ids }: { pair: Pair; ids: readonly string[] },
): Promise<AssociationAnswer> {
  const { from, to } = pair
  const read = () => readAssociations(job.hubspot, { from: from.type, to: to.type, ids })
  return unread.read(pair, from.name, read, noAnswer)
}

const noAnswer: AssociationAnswer = { sets: new Map(), unanswered: [] }

/**
 * The records here that HubSpot says are linked to these. HubSpot may not know the reverse of a pair, or answer it with
 * nothing. So it only hints at what to read again in the pair's own direction.
 */
async function nearEndsOf(
  reading: LinkReading,
  definition: ObjectDefinition,
  ids: readonly string[],
): Promise<Content['near']> {
  const { job, here, sets, expected, unanswered } = reading
  const near: Content['near'] = []
  if (ids.length === 0) return near
  for (const pair of job.pairs) {
    if (pair.to !== definition || !(await canBeWritten(reading, pair))) continue
    const answer = await askReverse(reading, pair, ids)
    for (const id of answer.unanswered) idsOf(unanswered, definition.name).add(id)
    const hints = [...answer.sets].flatMap(([toId, edges]) =>
      edges.map((edge) => ({ fromId: edge.toId, toId })),
    )
    const hinted = [...new Set(hints.map(({ fromId }) => fromId))]
    const ofPage = idsOf(here, pair.from.name)
    const strangers = await notActiveHere(job, pair.from, hinted)
    const absent = new Set([...strangers].filter((id) => !ofPage.has(id)))
    // A record that isn't here yet comes with its own page, whose links may have been read before this one was made.
    for (const { fromId, toId } of hints)
      if (absent.has(fromId)) expected.push({ pair: pair.name, fromId, toId })
    // The same is true for a record of this page.
    const late = hints.filter(({ fromId, toId }) => {
      const set = sets.get(pair.name)?.get(fromId)
      return set && !set.edges.some((edge) => edge.toId === toId)
    })
    const lateIds = late.map(({ fromId }) => fromId)
    again(reading, pair, lateIds)
    near.push({ pair, ids: hinted.filter((id) => !absent.has(id)) })
  }
  return near
}

function askReverse(
  { job, unread }: LinkReading,
  pair: Pair,
  ids: readonly string[],
): Promise<AssociationAnswer> {
  const reverse = { from: pair.to.type, to: pair.from.type, ids }
  const read = () =>
    readAssociations(job.hubspot, reverse).catch((error: unknown) => {
      if (error instanceof HubspotError && error.code === 'HUBSPOT_REJECTED') return noAnswer
      throw error
    })
  return unread.read(pair, pair.to.name, read, noAnswer)
}
