import type { Checkpoint } from '../store/store.js'
import { type Place, StreamCheckpoint } from './checkpoint.js'

/** The checkpoints of all streams of a portal at one moment. */
export class MirrorState {
  private constructor(
    private readonly place: Place,
    private readonly stored: ReadonlyMap<string, Checkpoint>,
  ) {}

  static async read(place: Place): Promise<MirrorState> {
    return new MirrorState(place, await place.store.checkpoints(place.origin.portalId))
  }

  /** The checkpoint of a stream. */
  checkpoint<State extends Checkpoint>(stream: string): StreamCheckpoint<State> {
    return new StreamCheckpoint<State>(this.place, stream, this.stored.get(stream) ?? null)
  }

  /** The state of a stream, or null before its first commit. */
  of<State extends Checkpoint>(stream: string): State | null {
    return this.checkpoint<State>(stream).state
  }
}
