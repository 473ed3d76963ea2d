import type { SyncEvent } from '@hubsync/core'
import { durationText } from './durations.js'
import { momentText } from './moments.js'
import { figuresOf, nameOf, ProgressBoard } from './progress-board.js'
import type { Session } from './session.js'
import { numberText } from './whole-numbers.js'

/** Shows the events of a run. */
export interface Progress {
  hear(event: SyncEvent): void
  /** Removes the bars. Printed lines stay. */
  stop(): void
}

/** If the total isn't known, there is a line for each so many records. */
const STEP = 10_000

/** A line for each tenth of a job, and one at its end. */
export function progressLines(session: Session): Progress {
  const board = new ProgressBoard(() => session.surroundings.clock.now())
  const shown = new Map<string, number>()
  return {
    hear(event) {
      board.hear(event)
      const line = lineFor(event, board, session)
      if (line !== undefined) return session.say(line)
      const progress = event.type === 'page' ? board.progressOf(event.job) : undefined
      if (!progress) return
      const { done, total } = progress
      const name = nameOf(progress)
      const step = Math.floor(total === undefined ? done / STEP : (done * 10) / total)
      if (step <= (shown.get(name) ?? 0)) return
      shown.set(name, step)
      session.say(`${name}: ${figuresOf(progress)}; ${board.spent}`)
    },
    stop() {},
  }
}

/** The line for the end of a job, for a pause of a second and more, or for another run that is waited for. */
export function lineFor(
  event: SyncEvent,
  board: ProgressBoard,
  session: Session,
): string | undefined {
  if (event.type === 'retry' && event.waitMs >= 1_000)
    return `${event.job}: trying again in ${durationText(event.waitMs)}: ${event.reason}`
  if (event.type === 'held')
    return `Waiting for run ${event.run}, which has been at the job ${event.job} since ${momentText(event.since)}.`
  if (event.type !== 'job-end') return undefined
  const progress = board.progressOf(event.job)
  // A job that never started is only in the report.
  if (!progress) return undefined
  const { job, status, reason } = event
  const [colour, mark] = marks[status]
  const outcome = reason === undefined ? '' : `, ${status}: ${reason}`
  return `${session.paint(colour, mark, 'stderr')} ${job}: ${numberText(board.readBy(job))} read${outcome}`
}

const marks = {
  complete: ['green', '✓'],
  partial: ['yellow', '…'],
  failed: ['red', '✗'],
  skipped: ['yellow', '…'],
} as const
