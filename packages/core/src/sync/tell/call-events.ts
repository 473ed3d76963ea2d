import type { CallObserver } from '../../client/hubspot-client.js'
import { correlationIdOf } from '../../client/refusal.js'
import type { SyncEvent } from '../../events.js'
import type { JobTally } from '../job-tally.js'

/** Counts the calls of a job in its tally, and emits their events. */
export function callEvents(
  job: string,
  tally: JobTally,
  emit: (event: SyncEvent) => void,
): CallObserver {
  return {
    call: () => {
      tally.counts.calls++
    },
    answered: ({ method, path, lane }, { attempt, reply, sentAt, endedAt }) => {
      const { status, headers } = reply ?? {}
      emit({
        type: 'call',
        job,
        method,
        path,
        lane,
        attempt,
        status,
        sentAt,
        endedAt,
        // Making it harmless takes longer than the rest of the event, and few listeners look at it.
        get correlationId() {
          return headers && correlationIdOf({ headers })
        },
      })
    },
    retry: ({ method, path }, { attempt, waitMs, throttled, why }) => {
      tally.counts.retries++
      if (throttled) tally.throttled++
      const call = `${method} ${path}`
      emit({ type: 'retry', job, call, attempt, waitMs, reason: why })
    },
    wait: ({ lane }, waitMs) => emit({ type: 'wait', job, lane, waitMs }),
  }
}
