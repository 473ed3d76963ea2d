import { CheckpointConflictError, InvalidOptionError } from '../errors.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { MirrorOptions } from '../options.js'
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

/** The stream that hints are kept in, and the job that reads them. */
export const INBOX = 'inbox'

/** How many records are read at a time. */
const AT_ONCE = 500
/** How often a checkpoint that others move as well is tried. */
const TRIES = 50

/** Hints by object and id, each with the number under which it last came. */
type InboxState = { next: number; hints: { [object: string]: { [id: string]: number } } }

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
  options: MirrorOptions,
  portalId: string,
  hints: readonly Hint[],
): Promise<void> {
  if (hints.length === 0) return
  await move({ ...options, portalId }, ({ next, hints: known }) => {
    const all = { ...known }
    for (const { object, id } of hints) all[object] = { ...all[object], [id]: next }
    return { next: next + 1, hints: all }
  })
}

/**
 * Reads all that is in the inbox, object by object, and takes out what was read. What came again meanwhile stays, and so does what
 * can't be read: it stands in the way of nothing else.
 *
 * @throws the first failure, once all other objects had their turn.
 */
export async function drain(job: Job): Promise<number> {
  let drained = 0
  const failures: unknown[] = []
  for (const definition of job.objects) {
    try {
      await drainObject(job, definition, (count) => {
        drained += count
      })
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return drained
}

/** Hints of an object that is no longer mirrored wait for it to be mirrored again: nobody asks for them here. */
async function drainObject(
  job: Job,
  definition: ObjectDefinition,
  count: (drained: number) => void,
): Promise<void> {
  const { name } = definition
  const unanswered = new Set<string>()
  while (job.stopReason() === undefined) {
    const { hints } = await read(job)
    const waiting = Object.entries(hints[name] ?? {}).filter(([id]) => !unanswered.has(id))
    const taken = waiting.slice(0, AT_ONCE)
    if (taken.length === 0) return
    const report = await touch(
      job,
      definition,
      taken.map(([id]) => id),
    )
    for (const id of report.unanswered) unanswered.add(id)
    const done = taken.filter(([id]) => !unanswered.has(id))
    await move({ ...job, portalId: job.origin.portalId }, ({ next, hints: now }) => {
      const left = { ...now[name] }
      for (const [id, number] of done) if (left[id] === number) delete left[id]
      return { next, hints: { ...now, [name]: left } }
    })
    count(done.length)
  }
}

/** Why the inbox isn't empty, or undefined where it is. */
export async function hintsLeft(
  job: Pick<Job, 'store' | 'clock' | 'origin' | 'objects'>,
): Promise<string | undefined> {
  const { hints } = await read(job)
  const left = job.objects.reduce((sum, { name }) => sum + Object.keys(hints[name] ?? {}).length, 0)
  return left === 0 ? undefined : `${left} records that may have changed are still to be read.`
}

async function read({
  store,
  clock,
  origin,
}: Pick<Job, 'store' | 'clock' | 'origin'>): Promise<InboxState> {
  const place = { store, clock, portalId: origin.portalId }
  return (await StreamCheckpoint.open<InboxState>(place, INBOX)).state ?? { next: 1, hints: {} }
}

/** Several receivers may move the inbox at once: whoever was overtaken looks again. */
async function move(
  place: Parameters<typeof StreamCheckpoint.open>[0],
  change: (state: InboxState) => InboxState,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const checkpoint = await StreamCheckpoint.open<InboxState>(place, INBOX)
    try {
      await checkpoint.commit(change(checkpoint.state ?? { next: 1, hints: {} }))
      return
    } catch (error) {
      if (!(error instanceof CheckpointConflictError) || tries === TRIES) throw error
    }
  }
}
