import { CheckpointConflictError, InvalidOptionError } from '../errors.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { MirrorOptions } from '../options.js'
import type { Batch } from '../store/store.js'
import { StreamCheckpoint } from './checkpoint.js'
import type { Job } from './job.js'
import { expectIds, objectNamed } from './reads.js'
import { touch } from './touch.js'

/** A record that may have changed. */
export interface Hint {
  /** The object's name or type. */
  object: string
  id: string
}

/** The stream that hints are kept in first, and the job that reads them. */
export const INBOX = 'inbox'

/** How many records are read at a time. */
const AT_ONCE = 500
/** How often a checkpoint that others move as well is tried. */
const TRIES = 50
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
type HintPlace = Pick<Job, 'store' | 'clock'> & { origin: Pick<Job['origin'], 'portalId'> }

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
  { store, clock }: MirrorOptions,
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
  await move(place, await pieceWithRoom(place), add, { durable: true })
}

/** The first piece, or where that is full the last, or where both are a new one. */
async function pieceWithRoom(place: HintPlace): Promise<number> {
  const { hints, last = 0 } = await read(place, 0)
  if (countOf(hints) < FULL) return 0
  if (last > 0 && countOf((await read(place, last)).hints) < FULL) return last
  const added = last + 1
  // Known before anything is in it: what is in a piece that nobody knows would never be read.
  await move(place, 0, (state) => ({ ...state, last: Math.max(added, state.last ?? 0) }))
  return added
}

/**
 * Reads all that is in the inbox, piece by piece and object by object, and takes out what was read. What comes again meanwhile
 * stays, and so does what can't be read: it stands in the way of nothing else.
 *
 * @throws the first failure, once all other objects had their turn.
 */
export async function drain(job: Job): Promise<number> {
  let drained = 0
  const failures = new Map<ObjectDefinition, unknown>()
  const unanswered = new Map(job.objects.map((definition) => [definition, new Set<string>()]))
  const { last = 0 } = await read(job, 0)
  for (let piece = 0; piece <= last; piece++)
    // Hints of an object that is no longer mirrored wait for it to be mirrored again: nobody asks for them here.
    for (const [definition, open] of unanswered) {
      if (failures.has(definition)) continue
      try {
        for await (const count of drainPiece(job, piece, definition, open)) drained += count
      } catch (error) {
        failures.set(definition, error)
      }
    }
  for (const error of failures.values()) throw error
  return drained
}

/** Reads one object's records of one piece, and tells how many were read each time. */
async function* drainPiece(
  job: Job,
  piece: number,
  definition: ObjectDefinition,
  unanswered: Set<string>,
): AsyncGenerator<number> {
  const { name } = definition
  while (job.stopReason() === undefined) {
    const { hints } = await read(job, piece)
    const waiting = Object.entries(hints[name] ?? {}).filter(([id]) => !unanswered.has(id))
    const taken = waiting.slice(0, AT_ONCE)
    if (taken.length === 0) return
    const ids = taken.map(([id]) => id)
    for (const id of (await touch(job, definition, ids)).unanswered) unanswered.add(id)
    const done = taken.filter(([id]) => !unanswered.has(id))
    await move(job, piece, (state) => {
      const left = { ...state.hints[name] }
      for (const [id, number] of done) if (left[id] === number) delete left[id]
      return { ...state, hints: { ...state.hints, [name]: left } }
    })
    yield done.length
  }
}

/** Why the inbox isn't empty, or undefined where it is. */
export async function hintsLeft(
  job: HintPlace & Pick<Job, 'objects'>,
): Promise<string | undefined> {
  const { last = 0 } = await read(job, 0)
  const objects = job.objects.map(({ name }) => name)
  let left = 0
  for (let piece = 0; piece <= last; piece++)
    left += countOf((await read(job, piece)).hints, objects)
  return left === 0 ? undefined : `${left} records that may have changed are still to be read.`
}

function countOf(hints: InboxState['hints'], objects = Object.keys(hints)): number {
  return objects.reduce((sum, object) => sum + Object.keys(hints[object] ?? {}).length, 0)
}

function open({ store, clock, origin }: HintPlace, piece: number) {
  const stream = piece === 0 ? INBOX : `${INBOX}:${piece}`
  return StreamCheckpoint.open<InboxState>({ store, clock, portalId: origin.portalId }, stream)
}

async function read(place: HintPlace, piece: number): Promise<InboxState> {
  return (await open(place, piece)).state ?? { next: 1, hints: {} }
}

/** Several receivers may move the inbox at once: whoever was overtaken looks again. */
async function move(
  place: HintPlace,
  piece: number,
  change: (state: InboxState) => InboxState,
  content: Pick<Batch, 'durable'> = {},
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const checkpoint = await open(place, piece)
    try {
      await checkpoint.commit(change(checkpoint.state ?? { next: 1, hints: {} }), content)
      return
    } catch (error) {
      if (!(error instanceof CheckpointConflictError) || tries === TRIES) throw error
    }
  }
}
