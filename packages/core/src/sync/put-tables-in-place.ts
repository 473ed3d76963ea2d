import { HubsyncError, isHubsyncError } from '../errors.js'
import type { MirrorOptions } from '../options.js'
import type { PortalRecord, Store } from '../store/store.js'
import { type MissingTables, mirrorSchema } from '../store/tables.js'
import { renewFeed } from './change-feed.js'
import {
  type ChangedKind,
  changedKindError,
  changedKinds,
  stillThere,
  withKindsHere,
} from './changed-kinds.js'
import { moveCheckpoint, openCheckpoint, type Place } from './checkpoint.js'
import type { Coverage, RecordState } from './checkpoint-states.js'
import { Coverages, coveragesIn, forgetParts, noteLoss, ownStreamsOf, unionOf } from './coverage.js'
import { withoutParts } from './parts.js'
import { noteLostParts } from './reference/lost-parts.js'
import { tablesOf } from './reference/parts.js'

type Mirror = Pick<MirrorOptions, 'store' | 'clock' | 'objects' | 'pairs' | 'reference'>

/** What a portal's mirror has lost because tables or columns are gone. */
interface Losses {
  /** Streams that have to begin again: those of objects whose rows are gone, and of their pairs. */
  streams: string[]
  /** The rest of everything that the mirror was ever written with. */
  left: Coverage
  /** Columns that are gone. */
  columns: MissingTables['columns']
  /** The objects whose rows or associations are incomplete. */
  objects: string[]
}

const nothingMissing: MissingTables = { objects: [], pairs: [], columns: [] }

/**
 * Makes the tables and columns of these definitions. A column or a table that somebody has dropped is made again, and
 * is empty, but looks like a filled one. So what has to be read again is noted first, for each portal in the store.
 *
 * @param own - the portal of this run.
 * @throws with code `SCHEMA_CONFLICT` if the table of an object is gone, and the table of one of its pairs still
 * exists.
 */
export async function putTablesInPlace(
  mirror: Mirror,
  pinned: readonly PortalRecord[],
  own: Pick<PortalRecord, 'portalId'>,
): Promise<void> {
  const { losses, known, changed, missing } = await tablesHere(mirror, pinned, own.portalId)
  expectSameKinds(changed)
  for (const [place, lost] of losses) await note(place, lost)
  for (const { portalId } of missing.reference ? pinned : [])
    await noteLostParts({ ...mirror, origin: { portalId } }, missing)
  const isKnown = pinned.some(({ portalId }) => portalId === own.portalId)
  const { pairs, ...schema } = mirrorSchema(
    mirror.objects,
    mirror.pairs,
    tablesOf(mirror.reference),
  )
  // A store that fails here fails the jobs too, and they report it. A later run tries again.
  const earlier = isKnown ? await earlierPairs(mirror, known).catch(() => []) : []
  await mirror.store.migrate({ ...schema, pairs: [...pairs, ...earlier] })
}

/**
 * The pairs of earlier definitions whose tables exist. A store from before version 4 of the schema has no list of them,
 * and their links must be deleted with the records at their ends.
 */
async function earlierPairs(
  { store, pairs }: Mirror,
  known: readonly Coverage[],
): Promise<Coverage['pairs']> {
  const isOurs = ({ name }: { name: string }) => pairs.some((pair) => pair.name === name)
  const earlier = unionOf(known).pairs.filter((pair) => !isOurs(pair))
  const existing: Coverage['pairs'] = []
  for (const pair of earlier) if (await exists(store, pair)) existing.push(pair)
  return existing
}

/** Whether the table of a pair exists, and isn't one of the user's by that name. */
async function exists(
  store: Pick<Store, 'missing'>,
  pair: Coverage['pairs'][number],
): Promise<boolean> {
  try {
    return (await store.missing({ objects: [], pairs: [pair] })).pairs.length === 0
  } catch (error) {
    if (isHubsyncError(error) && error.code === 'SCHEMA_CONFLICT') return false
    throw error
  }
}

/**
 * What is missing of these definitions, found by reads only. What exists can be read from then on.
 *
 * @throws as {@link putTablesInPlace} does.
 */
export async function missingTables(
  mirror: Mirror,
  pinned: readonly PortalRecord[],
  portalId: string,
): Promise<MissingTables> {
  const { missing, changed } = await tablesHere(mirror, pinned, portalId)
  expectSameKinds(changed)
  return missing
}

function expectSameKinds([first]: readonly ChangedKind[]): void {
  if (first) throw changedKindError(first)
}

/**
 * What is missing, what the portal was ever written with, and the columns that exist with the values of another kind
 * than in these definitions.
 */
async function missingAndChanged(
  { store, clock, objects, pairs, reference }: Mirror,
  portalId: string,
): Promise<{ missing: MissingTables; known: readonly Coverage[]; changed: ChangedKind[] }> {
  const wanted = mirrorSchema(objects, pairs, tablesOf(reference))
  const place = { store, clock, origin: { portalId } }
  try {
    const missing = await store.missing(wanted)
    const known = await coveragesIn(place)
    return { missing, known, changed: stillThere(changedKinds(objects, known), missing) }
  } catch (refusal) {
    // A store refuses only kinds whose types in the database differ, and doesn't say what to do about them.
    if (!isHubsyncError(refusal) || refusal.code !== 'SCHEMA_CONFLICT') throw refusal
    const known = await coveragesIn(place).catch(() => [])
    const changed = changedKinds(objects, known)
    if (changed.length === 0) throw refusal
    const missing = await store.missing(withKindsHere(wanted, changed))
    return { missing, known, changed: stillThere(changed, missing) }
  }
}

/** Whether all tables and columns exist. A missing index changes no read. */
export function isWhole({ objects, pairs, columns, history = [] }: MissingTables): boolean {
  return [objects, pairs, columns, history].every(({ length }) => length === 0)
}

/**
 * What exists of the tables of these definitions, and what is lost of them.
 *
 * @throws with code `SCHEMA_CONFLICT` as {@link putTablesInPlace} does.
 */
export async function tablesHere(
  mirror: Mirror,
  pinned: readonly PortalRecord[],
  portalId: string,
): Promise<Awaited<ReturnType<typeof missingAndChanged>> & { losses: [Place, Losses][] }> {
  const { store, clock } = mirror
  const losses: [Place, Losses][] = []
  if (pinned.length === 0) return { missing: nothingMissing, losses, known: [], changed: [] }
  const { missing, known, changed } = await missingAndChanged(mirror, portalId)
  for (const pinnedPortal of isWhole(missing) ? [] : pinned) {
    const place = { store, clock, origin: { portalId: pinnedPortal.portalId } }
    losses.push([place, await lossesOf(place, missing)])
  }
  return { missing, losses, known, changed }
}

async function lossesOf(
  place: Place & { store: Pick<Store, 'missing'> },
  missing: MissingTables,
): Promise<Losses> {
  const known = unionOf((await Coverages.read(place)).known)
  const objects: string[] = []
  for (const name of missing.objects) if (await wasBegun(place, name)) objects.push(name)
  const ofObjects = known.pairs.filter(
    ({ from, to }) => objects.includes(from) || objects.includes(to),
  )
  await expectGone(place.store, objects, ofObjects)
  const pairs = known.pairs.filter(
    (pair) => missing.pairs.includes(pair.name) || ofObjects.includes(pair),
  )
  const columns = missing.columns.filter(({ object, column }) =>
    known.objects[object]?.some((entry) => entry.startsWith(`${column}:`)),
  )
  // The rows are whole, but what their processes are noted to have read of their history is gone.
  const history = (missing.history ?? []).filter((name) => known.history?.[name])
  return {
    streams: ownStreamsOf({
      objects: Object.fromEntries(objects.map((name) => [name, []])),
      pairs: ofObjects,
    }),
    left: withoutParts(known, { objects: [], pairs: namesOf(pairs), columns, history }),
    columns,
    objects: [
      ...pairs.flatMap(({ from, to }) => [from, to]),
      ...columns.map(({ object }) => object),
      ...history,
    ],
  }
}

function namesOf(pairs: Coverage['pairs']): string[] {
  return pairs.map(({ name }) => name)
}

/** Whether a stream of an object has ever begun. */
async function wasBegun(place: Place, object: string): Promise<boolean> {
  for (const stream of ownStreamsOf({ objects: { [object]: [] }, pairs: [] }))
    if ((await openCheckpoint<RecordState>(place, stream)).state !== null) return true
  return false
}

/** The associations in such a table belong to rows that are gone. */
async function expectGone(
  store: Pick<Store, 'missing'>,
  objects: readonly string[],
  pairs: Coverage['pairs'],
): Promise<void> {
  if (pairs.length === 0) return
  const gone = new Set((await store.missing({ objects: [], pairs })).pairs)
  const standing = pairs.filter(({ name }) => !gone.has(name)).map(({ name }) => `"${name}"`)
  if (standing.length === 0) return
  throw new HubsyncError(
    'SCHEMA_CONFLICT',
    `Expected the tables of pairs to be dropped together with that of "${objects.join('", "')}", whose rows they link, but ${standing.join(', ')} still exists. Nothing was changed. Drop ${standing.join(', ')} too: all are then made and read again.`,
  )
}

async function note(place: Place, { streams, left, columns, objects }: Losses): Promise<void> {
  if (objects.length > 0) await noteLoss(place, left, [...new Set(objects)])
  if (columns.length > 0) await forgetParts(place, { objects: [], pairs: [], columns })
  // A backfill writes no entries to the feed.
  if (streams.length > 0) await renewFeed(place)
  // The objects' own streams go last. If the process dies on the way, the next one finds by them that this is still to
  // be noted.
  for (const stream of streams.toReversed()) await moveCheckpoint(place, stream, () => null)
}
