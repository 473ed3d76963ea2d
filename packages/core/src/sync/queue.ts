import { counted } from '../counted.js'
import { unexpected } from '../expected.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { MirrorOptions } from '../options.js'
import type { Batch } from '../store/store.js'
import { moveCheckpoint, openCheckpoint, type Place } from './checkpoint.js'
import type { MirrorState } from './mirror-state.js'
import { expectId, objectNamed } from './named-records.js'
import type { Unanswered } from './page.js'

/** A record that may have changed. */
export interface QueuedRecord {
  /** The object's name or type. */
  object: string
  /** HubSpot's id of the record. */
  id: string
}

/** The stream that keeps the first enqueued records, and the job that reads them. */
export const QUEUE = 'queue'

/** A piece with this many records takes no more. So adding a record costs the same, however many are waiting. */
const FULL = 10_000

/** Records by object and id, each with the number of its latest entry. */
type QueueState = {
  next: number
  records: { [object: string]: { [id: string]: number } }
  /** In the first piece: the number of the last piece. Each piece has its own stream. */
  last?: number
}

/** @throws `InvalidOptionError` if one names no mirrored object, or no record id. */
export function checkedRecords(
  { objects }: MirrorOptions,
  records: readonly QueuedRecord[],
): QueuedRecord[] {
  const expectation = 'a list of records such as { object: "contacts", id: "501" }'
  if (!Array.isArray(records)) throw unexpected(expectation, records)
  return records.map((record: Partial<QueuedRecord> | null) => {
    if (record === null || typeof record !== 'object') throw unexpected(expectation, record)
    const { object, id } = record
    expectId(id)
    return { object: objectNamed({ objects }, object as string).name, id: String(id) }
  })
}

/** Adds records to the queue. They are durable when this resolves. */
export async function enqueue(place: Place, records: readonly QueuedRecord[]): Promise<void> {
  if (records.length === 0) return
  const add = (state: QueueState) => {
    const all = { ...state.records }
    // Copied once for each object, and not for each record: there may be many of both.
    for (const object of new Set(records.map((record) => record.object)))
      all[object] = { ...all[object] }
    for (const { object, id } of records) (all[object] as Record<string, number>)[id] = state.next
    return { ...state, next: state.next + 1, records: all }
  }
  await moveQueue(place, await pieceWithRoom(place), add, { durable: true })
}

/** Adds the ids that HubSpot left unanswered to the queue, for streams that no later run continues. */
export async function noteUnanswered(place: Place, unanswered: Unanswered): Promise<void> {
  const records = [...unanswered].flatMap(([object, ids]) => [...ids].map((id) => ({ object, id })))
  await enqueue(place, records)
}

/** The first piece; if that is full, the last; if both are full, a new one. */
async function pieceWithRoom(place: Place): Promise<number> {
  const { records, last = 0 } = await readQueue(place, 0)
  if (countOf(records) < FULL) return 0
  if (last > 0 && countOf((await readQueue(place, last)).records) < FULL) return last
  const added = last + 1
  // A piece is registered before it gets records: nobody would read those of an unknown piece.
  await moveQueue(place, 0, (state) => ({ ...state, last: Math.max(added, state.last ?? 0) }))
  return added
}

/** The reason why the queue isn't empty, or undefined if it is. */
export function leftInQueue(
  mirror: MirrorState,
  objects: readonly ObjectDefinition[],
): string | undefined {
  const queue = (piece: number) => mirror.of<QueueState>(streamOf(piece)) ?? empty
  const names = objects.map(({ name }) => name)
  const { last = 0 } = queue(0)
  let left = 0
  for (let piece = 0; piece <= last; piece++) left += countOf(queue(piece).records, names)
  return left === 0
    ? undefined
    : `Still to be read: ${counted(left, 'record')} that may have changed.`
}

function countOf(records: QueueState['records'], objects = Object.keys(records)): number {
  return objects.reduce((sum, object) => sum + Object.keys(records[object] ?? {}).length, 0)
}

/**
 * What a look at the queue shows: how many records of these objects are in it, and a mark that changes when any are
 * added. It reads one checkpoint, or two once more are waiting than one piece holds.
 */
export async function lookAtQueue(
  place: Place,
  objects: readonly ObjectDefinition[],
): Promise<{ left: number; mark: string }> {
  const names = objects.map(({ name }) => name)
  const first = await readQueue(place, 0)
  const { last = 0 } = first
  const pieces = last === 0 ? [first] : [first, await readQueue(place, last)]
  return {
    left: pieces.reduce((sum, { records }) => sum + countOf(records, names), 0),
    mark: [last, ...pieces.map(({ next }) => next)].join(),
  }
}

/** The stream of a piece of the queue. */
function streamOf(piece: number): string {
  return piece === 0 ? QUEUE : `${QUEUE}:${piece}`
}

const empty: QueueState = { next: 1, records: {} }

export async function readQueue(place: Place, piece: number): Promise<QueueState> {
  return (await openCheckpoint<QueueState>(place, streamOf(piece))).state ?? empty
}

/** Changes a piece of the queue. Several receivers may do so at the same time: whoever was overtaken reads it again. */
export async function moveQueue(
  place: Place,
  piece: number,
  change: (state: QueueState) => QueueState,
  content: Pick<Batch, 'durable'> = {},
): Promise<void> {
  const moved = (state: QueueState | null) => change(state ?? empty)
  await moveCheckpoint<QueueState>(place, streamOf(piece), moved, content)
}
