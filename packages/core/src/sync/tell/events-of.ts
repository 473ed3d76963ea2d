import type { ResolvedOptions, RunOptions } from '../../options.js'
import { EventStream } from './event-stream.js'
import { log } from './log.js'
import { onEvent } from './on-event.js'
import { RunNotes } from './run-notes.js'
import { telemetry } from './telemetry.js'

/**
 * The events of a run, with all that listens to them.
 *
 * @param stop - ends the run at the next page boundary, for a reason.
 */
export function eventsOf(
  { logger, store, clock }: Pick<ResolvedOptions, 'logger' | 'store' | 'clock'>,
  given: Pick<RunOptions, 'onEvent'>,
  stop: (reason: string) => void,
): EventStream {
  return new EventStream([
    telemetry(() => clock.now()),
    new RunNotes({ store, clock }),
    ...(logger ? [log(logger)] : []),
    ...(given.onEvent ? [onEvent(given.onEvent, logger, stop)] : []),
  ])
}
