import type { ObjectDefinition } from '../objects/define-object.js'
import type { Job } from './job.js'
import { moveQueue, readQueue } from './queue.js'
import { syncRecords } from './sync-records.js'

/** How many records are read at a time. */
const AT_ONCE = 500

/**
 * Reads everything in the queue, piece by piece and object by object, and removes what was read. Records that were
 * enqueued again meanwhile stay. So do records that can't be read: they stop no others.
 *
 * @throws the first failure, after all other objects had their turn.
 */
export async function syncQueued(job: Job): Promise<number> {
  let count = 0
  const failures = new Map<ObjectDefinition, unknown>()
  const unanswered = new Map(job.objects.map((definition) => [definition, new Set<string>()]))
  const { last = 0 } = await readQueue(job, 0)
  for (let piece = 0; piece <= last; piece++)
    // Records of an object that is no longer mirrored stay until it is mirrored again.
    for (const [definition, open] of unanswered) {
      if (failures.has(definition)) continue
      try {
        for await (const read of syncPiece(job, piece, definition, open)) count += read
      } catch (error) {
        failures.set(definition, error)
      }
    }
  for (const error of failures.values()) throw error
  return count
}

/** Reads one object's records of one piece, and yields how many were read each time. */
async function* syncPiece(
  job: Job,
  piece: number,
  definition: ObjectDefinition,
  unanswered: Set<string>,
): AsyncGenerator<number> {
  const { name } = definition
  while (job.stopReason() === undefined) {
    const { records } = await readQueue(job, piece)
    const waiting = Object.entries(records[name] ?? {}).filter(([id]) => !unanswered.has(id))
    const taken = waiting.slice(0, AT_ONCE)
    if (taken.length === 0) return
    const ids = taken.map(([id]) => id)
    for (const id of (await syncRecords(job, definition, ids)).unanswered) unanswered.add(id)
    const done = taken.filter(([id]) => !unanswered.has(id))
    await moveQueue(job, piece, (state) => {
      const left = { ...state.records[name] }
      for (const [id, number] of done) if (left[id] === number) delete left[id]
      return { ...state, records: { ...state.records, [name]: left } }
    })
    yield done.length
  }
}
