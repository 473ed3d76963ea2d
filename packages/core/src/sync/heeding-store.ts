import { setMaxListeners } from 'node:events'
import { within } from '../client/within.js'
import type { Clock } from '../clock.js'
import { AbortedError, HubsyncError, isHubsyncError, STOPPED } from '../errors.js'
import type { RunOptions } from '../options.js'
import { askedUntil, askUntil, askWithin } from '../store/asked-until.js'
import type { Store } from '../store/store.js'

/** How long a store may take for its answers after the end of a run, so that commits under way are still written. */
const GRACE_MS = 5_000

/**
 * Waits for a store at most 5 s past the run's end: a database behind a dead network neither answers nor reports an
 * error. After the first missed answer it is asked nothing more. A late commit does no harm, because the checkpoint is
 * compared first.
 */
export function heedingStore(
  store: Store,
  clock: Clock,
  { signal, budgetMs }: Pick<RunOptions, 'signal' | 'budgetMs'>,
): Store {
  const end = budgetMs === undefined ? undefined : clock.now() + budgetMs
  const givenUp = new AbortController()
  // Each connection in use may add a listener.
  setMaxListeners(0, givenUp.signal)
  const late = () => (signal?.aborted ? silentOnRequest() : silentPastTheTime())

  async function wait<T>(ask: () => Promise<T>): Promise<T> {
    givenUp.signal.throwIfAborted()
    const ms = end === undefined ? undefined : Math.max(0, end - clock.now()) + GRACE_MS
    try {
      return await askWithin({ ms, signal, graceMs: GRACE_MS }, ask, late, givenUp)
    } catch (error) {
      // `close()` ends the run and closes its store. The caller must get the same error, whichever of the two the store
      // notices first.
      if (signal?.aborted && isHubsyncError(error) && error.code === 'CLOSED')
        throw new AbortedError()
      throw error
    }
  }

  return {
    migrate: (schema) => wait(() => store.migrate(schema)),
    missing: (schema) => wait(() => store.missing(schema)),
    prune: (...given) => wait(() => store.prune(...given)),
    makeViews: (views) => wait(() => store.makeViews(views)),
    portals: () => wait(() => store.portals()),
    readCheckpoint: (...given) => wait(() => store.readCheckpoint(...given)),
    checkpoints: (...given) => wait(() => store.checkpoints(...given)),
    commit: (batch) => wait(() => store.commit(batch)),
    lease: (request) => wait(() => store.lease(request)),
    leases: (...given) => wait(() => store.leases(...given)),
    get: (...given) => wait(() => store.get(...given)),
    list: (...given) => wait(() => store.list(...given)),
    related: (...given) => wait(() => store.related(...given)),
    sets: (...given) => wait(() => store.sets(...given)),
    ids: (...given) => wait(() => store.ids(...given)),
    differing: (...given) => wait(() => store.differing(...given)),
    tombstone: (...given) => wait(() => store.tombstone(...given)),
    changes: (...given) => wait(() => store.changes(...given)),
    runs: (...given) => wait(() => store.runs(...given)),
    reference: (...given) => wait(() => store.reference(...given)),
    history: (...given) => wait(() => store.history(...given)),
    historyGaps: (...given) => wait(() => store.historyGaps(...given)),
    gapsOf: (...given) => wait(() => store.gapsOf(...given)),
    counts: (portalId) => wait(() => store.counts(portalId)),
    close: () => wait(() => store.close()),
  }
}

/**
 * Waits for a read until a signal aborts. A healthy store then completes the read, whose result is ignored, and keeps
 * its connection. A store that is still silent some seconds later is told that nobody waits.
 *
 * @throws `AbortedError` once the signal aborts.
 */
export async function heard<T>(
  signal: AbortSignal | undefined,
  read: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return read()
  // Each read under one signal adds a listener.
  setMaxListeners(0, signal)
  const givenUp = new AbortController()
  const outer = askedUntil()
  const until = outer ? AbortSignal.any([outer, givenUp.signal]) : givenUp.signal
  setMaxListeners(0, until)
  let answer: Promise<T> | undefined
  try {
    return await within({ signal }, () => {
      answer = askUntil(until, read)
      return answer
    })
  } catch (error) {
    if (answer && !until.aborted) {
      const timer = setTimeout(() => givenUp.abort(error), GRACE_MS).unref()
      const isOver = () => clearTimeout(timer)
      answer.then(isOver, isOver)
    }
    throw error
  }
}

const UNANSWERED = `The store did not answer within ${GRACE_MS / 1_000} s of that. Its last commit may or may not be written: hubsync continues from whatever was written. Check the database, and the network in front of it.`

function silentOnRequest(): HubsyncError {
  return new HubsyncError('ABORTED', `${STOPPED} ${UNANSWERED}`)
}

function silentPastTheTime(): HubsyncError {
  const over = "The run's time is over. Run again to go on from here."
  return new HubsyncError('STORE_FAILED', `${over} ${UNANSWERED}`)
}
