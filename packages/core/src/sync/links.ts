import { HubspotError } from '../errors.js'
import { type AssociationAnswer, readAssociations } from '../extract/association-reader.js'
import { readRecords } from '../extract/record-reader.js'
import { mergedTombstone } from '../map/map-tombstone.js'
import type { Tombstone } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Pair } from '../objects/pairs.js'
import { type Content, isBegun, type Job, pairsFrom, type RecordGroup } from './job.js'
import type { Dated } from './link-order.js'
import type { UnreadPairs } from './unread-pairs.js'
import { versionsOf } from './versions.js'

/** The associations of a page, and the records at their far ends that the mirror didn't have. */
export interface Links extends Dated {
  ends: RecordGroup[]
  tombstones: Tombstone[]
  /** Ids about whose associations HubSpot left something unanswered, by the object's name. */
  unanswered: Map<string, Set<string>>
}

type UndatedLinks = Omit<Links, 'began' | 'ended'>

const noLinks = (): UndatedLinks => ({ sets: [], ends: [], tombstones: [], unanswered: new Map() })

/** What of a page tells which links to read. */
type Linked = Pick<Content, 'records' | 'near' | 'newcomers'>

/**
 * Reads what links the records of a page. A far end that the mirror doesn't have is fetched; being new here, it may
 * be linked with records that haven't changed, so those are read again too. That goes on until nothing is new.
 */
export async function readLinks(job: Job, page: Linked, unread: UnreadPairs): Promise<Links> {
  if (page.near.length + page.newcomers.length === 0) return { ...noLinks(), began: 0, ended: 0 }
  return job.linkOrder.date(() => readUndated(job, page, unread))
}

async function readUndated(job: Job, page: Linked, unread: UnreadPairs): Promise<UndatedLinks> {
  const links = noLinks()
  const here = new Map<string, Set<string>>()
  for (const { definition, records } of page.records)
    for (const { id } of records) idsOf(here, definition.name).add(id)
  const done = new Map<string, Set<string>>()
  const near = [...page.near]
  let newcomers = [...page.newcomers]
  while (near.length > 0 || newcomers.length > 0) {
    for (const { definition, ids } of newcomers)
      near.push(...(await nearEndsOf(job, definition, ids, here, links, unread)))
    newcomers = []
    const asked = near.splice(0).map(({ pair, ids }) => {
      const seen = idsOf(done, pair.name)
      const fresh = ids.filter((id) => !seen.has(id))
      for (const id of fresh) seen.add(id)
      return { pair, ids: fresh }
    })
    // All pairs at once; what is absent at their far ends is fetched one pair after the other, lest it be fetched twice.
    const answers = await Promise.all(asked.map((each) => askPair(job, each, unread)))
    for (const [index, { pair }] of asked.entries()) {
      const answer = answers[index] as AssociationAnswer
      const ends = await readEnds(job, pair, answer, here, links, unread)
      if (ends.length === 0) continue
      newcomers.push({ definition: pair.to, ids: ends })
      for (const next of await pairsFrom(job, pair.to)) near.push({ pair: next, ids: ends })
    }
  }
  return links
}

function askPair(
  { hubspot }: Job,
  { pair, ids }: { pair: Pair; ids: readonly string[] },
  unread: UnreadPairs,
): Promise<AssociationAnswer> {
  const { from, to } = pair
  const read = () => readAssociations(hubspot, { from: from.type, to: to.type, ids })
  return unread.read(pair, from.name, read, noAnswer)
}

const noAnswer: AssociationAnswer = { sets: new Map(), unanswered: [] }

/** Takes one pair's sets, fetches the far ends that are missing, and gives their ids. */
async function readEnds(
  job: Job,
  pair: Pair,
  answer: AssociationAnswer,
  here: Map<string, Set<string>>,
  links: UndatedLinks,
  unread: UnreadPairs,
): Promise<string[]> {
  for (const [fromId, edges] of answer.sets) links.sets.push({ pair: pair.name, fromId, edges })
  const open = idsOf(links.unanswered, pair.from.name)
  for (const id of answer.unanswered) open.add(id)

  const known = idsOf(here, pair.to.name)
  const far = new Set([...answer.sets.values()].flat().map(({ toId }) => toId))
  const claims = [...far].filter((id) => !known.has(id)).map((id) => ({ id, updatedAt: '' }))
  if (claims.length === 0) return []
  const differing = await job.differing(pair.to.name, claims)
  const absent = differing.map(({ id }) => id)
  if (absent.length === 0) return []

  const read = async () => {
    const properties = await job.properties(pair.to)
    return readRecords(job.hubspot, { type: pair.to.type, ids: absent, properties })
  }
  const found = await unread.read(pair, `ends in ${pair.to.name}`, read, undefined)
  if (!found) return []
  for (const id of [...absent, ...found.records.map((record) => record.id)]) known.add(id)
  links.ends.push({
    definition: pair.to,
    records: found.records,
    readAt: found.readAt,
    replaces: versionsOf(differing),
  })
  for (const [loser, winner] of found.aliases)
    links.tombstones.push(mergedTombstone(pair.to, loser, winner))
  const unanswered = new Set(found.unanswered)
  for (const [fromId, edges] of answer.sets)
    if (edges.some(({ toId }) => unanswered.has(toId))) open.add(fromId)
  return found.records.map(({ id }) => id)
}

/**
 * The records here that HubSpot says are linked to these. The reverse of a pair may be unknown to HubSpot or answer with
 * nothing, so it only hints at what to read again in the pair's own direction.
 */
async function nearEndsOf(
  job: Job,
  definition: ObjectDefinition,
  ids: readonly string[],
  here: Map<string, Set<string>>,
  links: UndatedLinks,
  unread: UnreadPairs,
): Promise<Content['near']> {
  const near: Content['near'] = []
  if (ids.length === 0) return near
  for (const pair of job.pairs) {
    // Also of an object that is half way through its backfill: what is past is not listed again.
    if (pair.to !== definition || !(await isBegun(job, pair.from))) continue
    const { hints, unanswered } = await reverseHints(job, pair, ids, unread)
    const open = idsOf(links.unanswered, definition.name)
    for (const id of unanswered) open.add(id)
    const claims = hints.map((id) => ({ id, updatedAt: '' }))
    const strangers = await job.differing(pair.from.name, claims)
    // One that isn't here yet comes with its own stream, and brings its associations.
    const unknown = new Set(
      strangers.map(({ id }) => id).filter((id) => !idsOf(here, pair.from.name).has(id)),
    )
    near.push({ pair, ids: hints.filter((id) => !unknown.has(id)) })
  }
  return near
}

async function reverseHints(
  job: Job,
  pair: Pair,
  ids: readonly string[],
  unread: UnreadPairs,
): Promise<{ hints: string[]; unanswered: string[] }> {
  const reverse = { from: pair.to.type, to: pair.from.type, ids }
  const read = () =>
    readAssociations(job.hubspot, reverse).catch((error: unknown) => {
      if (error instanceof HubspotError && error.code === 'HUBSPOT_REJECTED') return noAnswer
      throw error
    })
  const { sets, unanswered } = await unread.read(pair, pair.to.name, read, noAnswer)
  return {
    hints: [...new Set([...sets.values()].flat().map(({ toId }) => toId))],
    unanswered,
  }
}

function idsOf(sets: Map<string, Set<string>>, name: string): Set<string> {
  const found = sets.get(name) ?? new Set<string>()
  sets.set(name, found)
  return found
}
