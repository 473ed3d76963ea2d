import cliProgress, { type SingleBar } from 'cli-progress'
import { figuresOf, nameOf, ProgressBoard } from './progress-board.js'
import { lineFor, type Progress } from './progress-lines.js'
import type { Session } from './session.js'

const NAME_WIDTH = 20

/** A bar for each job at work, below the lines of those that are done. */
export function progressBars(session: Session): Progress {
  const board = new ProgressBoard(() => session.surroundings.clock.now())
  const screen = new cliProgress.MultiBar({
    stream: session.surroundings.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 20,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    format: (options, { progress }, { job }: { job?: string }) => {
      if (job === undefined) return session.paint('dim', board.spent, 'stderr')
      const state = board.progressOf(job)
      if (!state) return job
      const bar =
        state.total === undefined ? '' : `${cliProgress.Format.BarFormat(progress, options)} `
      const share = state.total === undefined ? '' : `${Math.floor(progress * 100)}% `
      return `${nameOf(state).padEnd(NAME_WIDTH)} ${bar}${share}${figuresOf(state)}`
    },
  })
  const bars = new Map<string, SingleBar>()
  const stop = () => {
    session.beforeExit.delete(stop)
    // Lines that wait to be shown are shown by an update alone.
    screen.update()
    screen.stop()
  }
  session.beforeExit.add(stop)
  // The calls stand above the bars.
  screen.create(1, 0, {})
  return {
    hear(event) {
      board.hear(event)
      const line = lineFor(event, board, session)
      if (line !== undefined) screen.log(`${session.secrets.hide(line)}\n`)
      if (event.type === 'run-start' || event.type === 'run-end') return
      if (event.type === 'job-start') bars.set(event.job, screen.create(1, 0, { job: event.job }))
      const bar = bars.get(event.job)
      const state = board.progressOf(event.job)
      if (event.type === 'page' && state) {
        bar?.setTotal(state.total ?? 1)
        bar?.update(state.total === undefined ? 0 : state.done)
        // Its timer alone would never show a job that is shorter than a tick.
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
