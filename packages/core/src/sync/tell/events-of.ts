import type { ResolvedOptions, RunOptions } from '../../options.js'
import { EventStream } from './event-stream.js'
import { log } from './log.js'
import { onEvent } from './on-event.js'
import { RunNotes } from './run-notes.js'
import { telemetry } from './telemetry.js'

/**
 * Makes the event stream of a run, with all its listeners.
 *
 * @param stop - ends the run at the next page boundary, with a reason.
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
