import { within } from '../client/within.js'

/** Makes a function that does one work after another, in the order in which they come. Work that is aborted isn't begun. */
export function inTurn(): <T>(
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (signal, work) => {
    const before = last
    const done = within({ signal }, () => before).then(work)
    // Work that was aborted while it waited lets the next one past itself, but not past those before.
    last = Promise.allSettled([before, done])
    return done
  }
}
