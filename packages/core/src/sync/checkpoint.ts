import type { Clock } from '../clock.js'
import { HubsyncError } from '../errors.js'
import type { Batch, Checkpoint, CommitResult, Store } from '../store/store.js'

/** The version of all checkpoints' form. A store written by a later one is refused, not guessed at. */
const CHECKPOINT_VERSION = 1

/** How far the stream of one object's records has come. */
export type RecordState = {
  phase: 'backfill' | 'changes'
  /** When the backfill began, by HubSpot's clock: the first change window starts from there. */
  startedAt: string
  /** When the backfill was done. */
  backfilledAt: string | null
  /** The stretches of record ids that are still to be read: from `after` to the end of the list. */
  ranges: { after: string | null }[]
  /** About how many records the backfill has to read, for progress. */
  total: number | null
  read: number
  /** The pairs whose associations are read along with the backfill, from its first page to its last. */
  pairs: string[]
  /** Every change up to this moment of HubSpot's clock is here. */
  completeUpTo: string | null
  /** The change window that is being read. */
  window: { from: string; to: string; upTo?: string; within?: { afterId: string | null } } | null
  pending: Pending
}

/** Ids that HubSpot left unanswered, by object name: they are asked for again at the next run. */
export type Pending = { [object: string]: string[] }

/** How far a walk over all records of an object has come: the recycle bin, or a sweep of associations. */
export type WalkState = {
  after: string | null
  /** When the last whole walk ended. */
  completedAt: string | null
  pending: Pending
}

/** How far a census has come: over the active records, over the recycle bin, then over what neither walk met. */
export type CensusState = WalkState & {
  phase: 'active' | 'bin' | 'confirm'
  /** Ids that the walks didn't meet: gone, or elsewhere, which is still to be found out. */
  suspects: string[]
}

/** A stream's checkpoint: read once, then moved by each commit of this stream and of no other runner. */
export class StreamCheckpoint<State extends Checkpoint> {
  #stored: Checkpoint | null

  private constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly portalId: string,
    readonly stream: string,
    stored: Checkpoint | null,
  ) {
    this.#stored = stored
  }

  static async open<State extends Checkpoint>(
    { store, clock, portalId }: { store: Store; clock: Clock; portalId: string },
    stream: string,
  ): Promise<StreamCheckpoint<State>> {
    const stored = await store.readCheckpoint(portalId, stream)
    if (stored !== null && stored.version !== CHECKPOINT_VERSION)
      throw new HubsyncError(
        'SCHEMA_TOO_NEW',
        `Expected the checkpoint of "${stream}" to have version ${CHECKPOINT_VERSION}, got ${JSON.stringify(stored.version)}. Update hubsync.`,
      )
    return new StreamCheckpoint<State>(store, clock, portalId, stream, stored)
  }

  /** Where the stream stands, or null before its first commit. */
  get state(): State | null {
    return this.#stored === null ? null : (this.#stored.state as State)
  }

  /** Writes what was read, together with how far the stream has come by it. */
  async commit(
    next: State,
    content: Pick<Batch, 'rows' | 'associations' | 'tombstones'> = {},
  ): Promise<CommitResult> {
    const revision = Number(this.#stored?.revision ?? 0) + 1
    const wrapped: Checkpoint = { version: CHECKPOINT_VERSION, revision, state: next }
    const result = await this.store.commit({
      portalId: this.portalId,
      at: new Date(this.clock.now()).toISOString(),
      checkpoint: { stream: this.stream, expected: this.#stored, next: wrapped },
      ...content,
    })
    this.#stored = wrapped
    return result
  }
}
