import type { Batch, CheckpointMove } from './store.js'

/** All checkpoints that a batch moves: its own first, then its fences. A store compares and sets each of them. */
export function checkpointMoves({
  checkpoint,
  fences = [],
}: Pick<Batch, 'checkpoint' | 'fences'>): CheckpointMove[] {
  return checkpoint ? [checkpoint, ...fences] : fences
}
