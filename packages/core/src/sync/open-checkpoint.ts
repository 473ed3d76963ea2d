import type { Clock } from '../clock.js'
import type { RecordOrigin } from '../map/map-record.js'
import {
  type CheckpointStore,
  type RecordState,
  StreamCheckpoint,
  type WalkState,
} from './checkpoint.js'

/** Where checkpoints are. */
export interface Place {
  readonly store: CheckpointStore
  readonly clock: Clock
  readonly origin: Pick<RecordOrigin, 'portalId'>
}

/** Opens the checkpoint of a stream of this portal. */
export function openCheckpoint<State extends RecordState | WalkState>(
  place: Place,
  stream: string,
): Promise<StreamCheckpoint<State>> {
  const { store, clock, origin } = place
  return StreamCheckpoint.open<State>({ store, clock, portalId: origin.portalId }, stream)
}
