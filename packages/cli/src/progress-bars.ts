import cliProgress, { type SingleBar } from 'cli-progress'
import { ProgressBoard } from './progress-board.js'
import { folded, progressLine } from './progress-line.js'
import { lineFor, type Progress } from './progress-lines.js'
import type { Session } from './session.js'

/** The width of a terminal that doesn't tell its width. */
const COLUMNS = 80

/** A bar for each running job, below a line for each finished one. */
export function progressBars(session: Session): Progress {
  const board = new ProgressBoard(() => session.surroundings.clock.now())
  // The last column stays free: some terminals begin a new line there.
  const columns = () => (session.surroundings.stderr.columns || COLUMNS) - 1
  const screen = new cliProgress.MultiBar({
    stream: session.surroundings.stderr,
    hideCursor: true,
    clearOnComplete: true,
    format: (_options, _params, { job }: { job?: string }) => {
      if (job === undefined) return session.paint('dim', board.spent, 'stderr')
      const state = board.progressOf(job)
      return state ? progressLine(state, columns()) : job
    },
  })
  const bars = new Map<string, SingleBar>()
  const stop = () => {
    session.beforeExit.delete(stop)
    // Only an update shows the lines that still wait.
    screen.update()
    screen.stop()
  }
  session.beforeExit.add(stop)
  // The line of the calls, above the bars.
  screen.create(1, 0, {})
  return {
    hear(event) {
      board.hear(event)
      const line = lineFor(event, board, session)
      if (line !== undefined) screen.log(`${folded(session.secrets.hide(line), columns())}\n`)
      if (event.type === 'run-start' || event.type === 'run-end') return
      if (event.type === 'job-start') bars.set(event.job, screen.create(1, 0, { job: event.job }))
      const bar = bars.get(event.job)
      const state = board.progressOf(event.job)
      if (event.type === 'page' && state) {
        bar?.setTotal(state.total ?? 1)
        bar?.update(state.total === undefined ? 0 : state.done)
        // The timer would miss a job that is shorter than a tick.
        screen.update()
      }
      if (event.type === 'job-end' && bar) {
        bars.delete(event.job)
        screen.remove(bar)
      }
    },
    stop,
  }
}
