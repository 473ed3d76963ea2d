import { setMaxListeners } from 'node:events'
import { TooLate, within } from '../client/within.js'
import type { Clock } from '../clock.js'
import { HubsyncError, InvalidOptionError } from '../errors.js'
import type { RunOptions } from '../options.js'
import { askedUntil, askUntil } from '../store/asked-until.js'
import type { Store } from '../store/store.js'

/** How long a store may take over what it is asked once the run is to end: what is under way is still written. */
const GRACE_MS = 5_000

/**
 * A store that is waited for no longer than its run goes on, and a moment more: behind a network that is gone a database answers nothing,
 * and nobody says so. Once it was given up it is asked nothing more. What it was given last may still be written, which is as safe as two
 * runs at once: a checkpoint is moved by one of them.
 */
export function heedingStore(
  store: Store,
  clock: Clock,
  { signal, budgetMs }: Pick<RunOptions, 'signal' | 'budgetMs'>,
): Store {
  const end = budgetMs === undefined ? undefined : clock.now() + budgetMs
  let silence: HubsyncError | undefined
  const givenUp = new AbortController()
  // Every connection in use may listen.
  setMaxListeners(0, givenUp.signal)

  async function wait(ask: () => Promise<unknown>): Promise<unknown> {
    if (silence) throw silence
    const ms = end === undefined ? undefined : Math.max(0, end - clock.now()) + GRACE_MS
    try {
      return await within({ ms, signal, graceMs: GRACE_MS }, () => askUntil(givenUp.signal, ask))
    } catch (error) {
      if (!(error instanceof TooLate)) throw error
      silence ??= silenceOf(signal?.aborted === true)
      givenUp.abort(silence)
      throw silence
    }
  }

  // Not around the store itself: the members of one that is frozen can't be told otherwise.
  return new Proxy({} as Store, {
    get(_, name) {
      const member: unknown = Reflect.get(store, name)
      if (typeof member !== 'function') return member
      return (...given: unknown[]) => wait(async () => Reflect.apply(member, store, given))
    },
  })
}

/**
 * Waits for what is read no longer than a signal says. A store that is well goes on to its answer, which nobody hears, and keeps its
 * connection; one that is silent is told a moment later that nobody waits.
 *
 * @throws `AbortedError` once the signal aborts.
 */
export async function heard<T>(
  signal: AbortSignal | undefined,
  read: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return read()
  if (!(signal instanceof AbortSignal))
    throw new InvalidOptionError('Expected `signal` to be an AbortSignal, got something else.')
  // Every read under one signal listens.
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

function silenceOf(isAborted: boolean): HubsyncError {
  const why = isAborted
    ? 'The run was aborted by its signal, or its mirror was closed'
    : "The run's time is over"
  return new HubsyncError(
    isAborted ? 'ABORTED' : 'STORE_FAILED',
    `${why}, and the store has not answered for ${GRACE_MS / 1_000} s. It may still write what it was given last: run again, and what is there is recognised. Check the database, and the network in front of it.`,
  )
}
