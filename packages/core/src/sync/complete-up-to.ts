import type { ResolvedOptions } from '../options.js'
import type { Place } from './checkpoint.js'
import type { RecordState } from './checkpoint-states.js'
import { MirrorState } from './mirror-state.js'

/** By object: the moment up to which every change is in the mirror. Those that are still to be backfilled are absent. */
export async function momentsIn(
  place: Place,
  { objects }: Pick<ResolvedOptions, 'objects'>,
): Promise<{ [object: string]: string }> {
  const mirror = await MirrorState.read(place)
  const moments = objects.flatMap(({ name }) => {
    const moment = mirror.of<RecordState>(name)?.completeUpTo
    return moment ? [[name, moment] as const] : []
  })
  return Object.fromEntries(moments)
}
