import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../src/clock.js'

const DAY = 86_400_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('the clock of the machine sleeps for longer than a timer of Node.js can', async () => {
  let isAwake = false
  const sleep = systemClock.sleep(30 * DAY).then(() => {
    isAwake = true
  })
  await vi.advanceTimersByTimeAsync(30 * DAY - 1)
  expect(isAwake).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await sleep
})

test('the clock of the machine leaves no timer behind where a sleep is ended', async () => {
  const stop = new AbortController()
  const sleep = systemClock.sleep(30 * DAY, stop.signal)
  await vi.advanceTimersByTimeAsync(29 * DAY)
  stop.abort()
  await expect(sleep).rejects.toMatchObject({ code: 'ABORTED' })
  expect(vi.getTimerCount()).toBe(0)
})
