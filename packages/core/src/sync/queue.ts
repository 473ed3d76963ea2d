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

/** The stream that enqueued records are kept in first, and the job that reads them. */
export const QUEUE = 'queue'

/** A piece with so many records takes no more: noting one costs the same, however many are waiting to be read. */
const FULL = 10_000

/** Records by object and id, each with the number under which it last came. */
type QueueState = {
  next: number
  records: { [object: string]: { [id: string]: number } }
  /** In the first piece: the number of the last one, each of which has a stream of its own. */
  last?: number
}

/** @throws `InvalidOptionError` where one names no mirrored object, or no record id. */
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

/** Adds records to the queue, durably. */
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

/** Adds what HubSpot left unanswered about records that are written by a stream that no run goes on with. */
export async function noteUnanswered(place: Place, unanswered: Unanswered): Promise<void> {
  const records = [...unanswered].flatMap(([object, ids]) => [...ids].map((id) => ({ object, id })))
  await enqueue(place, records)
}

/** The first piece, or where that is full the last, or where both are a new one. */
async function pieceWithRoom(place: Place): Promise<number> {
  const { records, last = 0 } = await readQueue(place, 0)
  if (countOf(records) < FULL) return 0
  if (last > 0 && countOf((await readQueue(place, last)).records) < FULL) return last
  const added = last + 1
  // Known before anything is in it: what is in a piece that nobody knows would never be read.
  await moveQueue(place, 0, (state) => ({ ...state, last: Math.max(added, state.last ?? 0) }))
  return added
}

/** Why the queue isn't empty, or undefined where it is. */
export function leftInQueue(
  mirror: MirrorState,
  objects: readonly ObjectDefinition[],
): string | undefined {
  const queue = (piece: number) => mirror.of<QueueState>(streamOf(piece)) ?? empty
  const names = objects.map(({ name }) => name)
  const { last = 0 } = queue(0)
  let left = 0
  for (let piece = 0; piece <= last; piece++) left += countOf(queue(piece).records, names)
  return left === 0 ? undefined : `${left} records that may have changed are still to be read.`
}

function countOf(records: QueueState['records'], objects = Object.keys(records)): number {
  return objects.reduce((sum, object) => sum + Object.keys(records[object] ?? {}).length, 0)
}

/** The stream of a piece of the queue. */
function streamOf(piece: number): string {
  return piece === 0 ? QUEUE : `${QUEUE}:${piece}`
}

const empty: QueueState = { next: 1, records: {} }

export async function readQueue(place: Place, piece: number): Promise<QueueState> {
  return (await openCheckpoint<QueueState>(place, streamOf(piece))).state ?? empty
}

/** Several receivers may move the queue at once: whoever was overtaken looks again. */
export async function moveQueue(
  place: Place,
  piece: number,
  change: (state: QueueState) => QueueState,
  content: Pick<Batch, 'durable'> = {},
): Promise<void> {
  const moved = (state: QueueState | null) => change(state ?? empty)
  await moveCheckpoint<QueueState>(place, streamOf(piece), moved, content)
}
