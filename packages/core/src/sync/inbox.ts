import { InvalidOptionError } from '../errors.js'
import type { MirrorOptions } from '../options.js'
import type { Batch } from '../store/store.js'
import { type CheckpointStore, StreamCheckpoint } from './checkpoint.js'
import type { Job } from './job.js'
import { expectIds, objectNamed } from './named-records.js'
import type { Unanswered } from './pending.js'

/** A record that may have changed. */
export interface Hint {
  /** The object's name or type. */
  object: string
  id: string
}

/** The stream that hints are kept in first, and the job that reads them. */
export const INBOX = 'inbox'

/** A piece with so many hints takes no more: noting one costs the same, however many are waiting to be read. */
const FULL = 10_000

/** Hints by object and id, each with the number under which it last came. */
type InboxState = {
  next: number
  hints: { [object: string]: { [id: string]: number } }
  /** In the first piece: the number of the last one, each of which has a stream of its own. */
  last?: number
}

/** Where the inbox is. */
export interface HintPlace extends Pick<Job, 'clock'> {
  store: CheckpointStore
  origin: Pick<Job['origin'], 'portalId'>
}

/** @throws `InvalidOptionError` where one names no mirrored object, or no record id. */
export function checkedHints({ objects }: MirrorOptions, hints: readonly Hint[]): Hint[] {
  if (!Array.isArray(hints))
    throw new InvalidOptionError(
      'Expected a list of hints such as { object: "contacts", id: "501" }.',
    )
  return hints.map(({ object, id }) => {
    expectIds([id])
    return { object: objectNamed({ objects }, object).name, id: String(id) }
  })
}

/** Adds hints to the inbox, durably. */
export async function accept(
  { store, clock }: Pick<HintPlace, 'store' | 'clock'>,
  portalId: string,
  hints: readonly Hint[],
): Promise<void> {
  if (hints.length === 0) return
  const place = { store, clock, origin: { portalId } }
  const add = (state: InboxState) => {
    const all = { ...state.hints }
    // Copied once for each object, and not for each hint: there may be many of both.
    for (const object of new Set(hints.map((hint) => hint.object))) all[object] = { ...all[object] }
    for (const { object, id } of hints) (all[object] as Record<string, number>)[id] = state.next
    return { ...state, next: state.next + 1, hints: all }
  }
  await moveHints(place, await pieceWithRoom(place), add, { durable: true })
}

/** Adds what HubSpot left unanswered about records that are written by a stream that no run goes on with. */
export async function noteUnanswered(place: HintPlace, unanswered: Unanswered): Promise<void> {
  const hints = [...unanswered].flatMap(([object, ids]) => [...ids].map((id) => ({ object, id })))
  await accept(place, place.origin.portalId, hints)
}

/** The first piece, or where that is full the last, or where both are a new one. */
async function pieceWithRoom(place: HintPlace): Promise<number> {
  const { hints, last = 0 } = await readHints(place, 0)
  if (countOf(hints) < FULL) return 0
  if (last > 0 && countOf((await readHints(place, last)).hints) < FULL) return last
  const added = last + 1
  // Known before anything is in it: what is in a piece that nobody knows would never be read.
  await moveHints(place, 0, (state) => ({ ...state, last: Math.max(added, state.last ?? 0) }))
  return added
}

/** Why the inbox isn't empty, or undefined where it is. */
export async function hintsLeft(
  job: HintPlace & Pick<Job, 'objects'>,
): Promise<string | undefined> {
  const { last = 0 } = await readHints(job, 0)
  const objects = job.objects.map(({ name }) => name)
  let left = 0
  for (let piece = 0; piece <= last; piece++)
    left += countOf((await readHints(job, piece)).hints, objects)
  return left === 0 ? undefined : `${left} records that may have changed are still to be read.`
}

function countOf(hints: InboxState['hints'], objects = Object.keys(hints)): number {
  return objects.reduce((sum, object) => sum + Object.keys(hints[object] ?? {}).length, 0)
}

/** The stream of a piece of the inbox. */
function streamOf(piece: number): string {
  return piece === 0 ? INBOX : `${INBOX}:${piece}`
}

const empty: InboxState = { next: 1, hints: {} }

export async function readHints(
  { store, clock, origin }: HintPlace,
  piece: number,
): Promise<InboxState> {
  const at = { store, clock, portalId: origin.portalId }
  return (await StreamCheckpoint.open<InboxState>(at, streamOf(piece))).state ?? empty
}

/** Several receivers may move the inbox at once: whoever was overtaken looks again. */
export async function moveHints(
  place: HintPlace,
  piece: number,
  change: (state: InboxState) => InboxState,
  content: Pick<Batch, 'durable'> = {},
): Promise<void> {
  const { store, clock, origin } = place
  const at = { store, clock, portalId: origin.portalId }
  const moved = (state: InboxState | null) => change(state ?? empty)
  await StreamCheckpoint.move<InboxState>(at, streamOf(piece), moved, content)
}
