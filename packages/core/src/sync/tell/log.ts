import type { SyncEvent } from '../../events.js'
import type { Logger } from '../../options.js'
import type { Listener } from './event-stream.js'

/** Writes a run to the host's logger. Every line has the run's id and its portal once these are known. */
export function log(logger: Logger): Listener {
  let run: { run?: string; portal?: string } = {}

  const hear = (event: SyncEvent): void => {
    if (event.type === 'run-start') {
      const { portalId, jobs } = event
      run = { run: event.run, portal: portalId }
      logger.info({ ...run, jobs }, 'run started')
    } else if (event.type === 'held') {
      const { job, run: other, since } = event
      logger.info({ ...run, job, other, since }, 'waiting for another run')
    } else if (event.type === 'call') {
      const { job, method, path, attempt, status, correlationId, sentAt, endedAt } = event
      const call = `${method} ${path}`
      const ms = endedAt - sentAt
      logger.debug({ ...run, job, call, attempt, status, ms, correlationId }, 'call answered')
    } else if (event.type === 'retry') {
      const { job, call, attempt, waitMs, reason } = event
      logger.warn({ ...run, job, call, attempt, waitMs }, `call repeated: ${reason}`)
    } else if (event.type === 'job-end') {
      const { job, status, reason, calls, durationMs: ms, error } = event
      const { code, category, correlationId } = error ?? {}
      const details = { ...run, job, status, reason, calls, ms, code, category, correlationId }
      logger[levelOf(status)](details, `${job}: ${status}`)
    } else if (event.type === 'run-end') {
      const { status, calls, durationMs: ms, warning } = event
      if (warning !== undefined) logger.warn(run, warning)
      logger[levelOf(status)]({ ...run, status, calls, ms }, `run ${status}`)
    }
  }

  return { hear }
}

function levelOf(status: string): 'error' | 'info' {
  return status === 'failed' ? 'error' : 'info'
}
