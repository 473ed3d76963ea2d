import type { Clock } from '../clock.js'
import { CheckpointConflictError, HubsyncError } from '../errors.js'
import { expectedGot, show } from '../expected.js'
import type { RecordOrigin } from '../map/map-record.js'
import type { Batch, Checkpoint, CheckpointMove, CommitResult, Store } from '../store/store.js'

/** The version of the form of all checkpoints. A checkpoint of a later version is refused. */
const CHECKPOINT_VERSION = 1

/** How often moving a checkpoint that others move too is tried. */
const TRIES = 50

/**
 * By coverage and object: the revision of the checkpoint when records of the object were last written with that
 * coverage.
 */
type Written = { [coverage: string]: { [object: string]: number } }

/** The store and the portal of checkpoints. */
export interface Place {
  readonly store: Pick<Store, 'readCheckpoint' | 'checkpoints' | 'commit'>
  readonly clock: Clock
  readonly origin: Pick<RecordOrigin, 'portalId'>
}

/** What a commit writes: the objects of its records, and the number of the coverage that they were read with. */
export interface Writing {
  coverage: number
  objects: readonly string[]
}

/**
 * What is written with a checkpoint. `at`: this machine's time, unless the commit writes a moment that is compared with
 * those of other machines.
 */
type CommitContent = Omit<Batch, 'portalId' | 'at' | 'checkpoint'> & Partial<Pick<Batch, 'at'>>

/**
 * A stream's checkpoint. It is read once, then moved by each commit of this stream. A commit fails if another runner
 * has moved it.
 */
export class StreamCheckpoint<State extends Checkpoint> {
  #stored: Checkpoint | null

  /**
   * @param stored - as it is in the store.
   * @throws `SCHEMA_TOO_NEW` if a later version wrote it.
   */
  constructor(
    private readonly place: Place,
    readonly stream: string,
    stored: Checkpoint | null,
  ) {
    if (stored !== null && stored.version !== CHECKPOINT_VERSION)
      throw new HubsyncError(
        'SCHEMA_TOO_NEW',
        expectedGot(
          `the checkpoint of "${stream}" to have version ${CHECKPOINT_VERSION}`,
          show(stored.version),
          'Update hubsync.',
        ),
      )
    this.#stored = stored
  }

  /** The state of the stream, or null before its first commit. */
  get state(): State | null {
    return this.#stored === null ? null : (this.#stored.state as State | null)
  }

  /** How many commits have moved it. */
  get revision(): number {
    return Number(this.#stored?.revision ?? 0)
  }

  /** The last revision at which records of this object were written with that coverage; 0 if never. */
  lastWritten(coverage: number, object: string): number {
    return this.#written[coverage]?.[object] ?? 0
  }

  /** Writes what was read, together with the new state of the stream. */
  async commit(
    next: State | null,
    content: CommitContent = {},
    writing?: Writing,
  ): Promise<CommitResult> {
    const checkpoint = this.moveTo(next, writing)
    const { store, clock, origin } = this.place
    const result = await store.commit({
      portalId: origin.portalId,
      at: new Date(clock.now()).toISOString(),
      checkpoint,
      ...content,
    })
    this.hasMoved(checkpoint)
    return result
  }

  /** The next move of this checkpoint, for a commit to make. */
  moveTo(next: State | null, writing?: Writing): CheckpointMove {
    const revision = this.revision + 1
    const written = writing ? noted(this.#written, writing, revision) : this.#written
    return {
      stream: this.stream,
      expected: this.#stored,
      next: { version: CHECKPOINT_VERSION, revision, state: next, written },
    }
  }

  /** Takes over the checkpoint from a move that was committed. */
  hasMoved({ next }: CheckpointMove): void {
    this.#stored = next
  }

  get #written(): Written {
    return (this.#stored?.written ?? {}) as Written
  }
}

/** Opens the checkpoint of a stream. */
export async function openCheckpoint<State extends Checkpoint>(
  place: Place,
  stream: string,
): Promise<StreamCheckpoint<State>> {
  const stored = await place.store.readCheckpoint(place.origin.portalId, stream)
  return new StreamCheckpoint<State>(place, stream, stored)
}

/** Moves a checkpoint that several runners move. If another was faster, it is read again. */
export async function moveCheckpoint<State extends Checkpoint>(
  place: Place,
  stream: string,
  change: (state: State | null) => State | null,
  content?: CommitContent,
  writing?: Writing,
): Promise<CommitResult> {
  return await againIfOvertaken(stream, async () => {
    const checkpoint = await openCheckpoint<State>(place, stream)
    return await checkpoint.commit(change(checkpoint.state), content, writing)
  })
}

/** Whether a commit failed because another runner has moved the checkpoint of this stream. */
export function isConflictOver(stream: string, error: unknown): boolean {
  return error instanceof CheckpointConflictError && error.stream === stream
}

/** Tries again, up to 50 times, while other runners move the checkpoint of this stream. */
export async function againIfOvertaken<Result>(
  stream: string,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (!isConflictOver(stream, error) || tries === TRIES) throw error
    }
  }
}

function noted(before: Written, { coverage, objects }: Writing, revision: number): Written {
  if (objects.length === 0) return before
  const now = Object.fromEntries(objects.map((object) => [object, revision]))
  return { ...before, [coverage]: { ...before[coverage], ...now } }
}
