import { expect, onTestFinished, test, vi } from 'vitest'
import { createRunningClock } from '../src/clock.js'
import { createClock } from '../src/index.js'

test('a clock starts at the given time', () => {
  const at = Date.UTC(2026, 0, 2)
  for (const now of [at, '2026-01-02T00:00:00Z', new Date(at)])
    expect(createClock({ now }).now()).toBe(at)
  expect(() => createClock({ now: 'yesterday' })).toThrow('Expected a date, got yesterday')
})

test('by itself it jumps to its sleepers, earliest first', async () => {
  const clock = createClock({ now: 0 })
  const woken: string[] = []
  const sleep = async (name: string, milliseconds: number) => {
    await clock.sleep(milliseconds)
    woken.push(`${name} at ${clock.now()}`)
  }
  await Promise.all([sleep('late', 86_400_000), sleep('early', 1_000), sleep('middle', 60_000)])
  expect(woken).toEqual(['early at 1000', 'middle at 60000', 'late at 86400000'])
})

test('a sleeper that sleeps again is woken in order', async () => {
  const clock = createClock({ now: 0 })
  const woken: number[] = []
  const ticking = async () => {
    for (let tick = 0; tick < 3; tick++) {
      await clock.sleep(10)
      woken.push(clock.now())
    }
  }
  await Promise.all([ticking(), clock.sleep(25).then(() => woken.push(clock.now()))])
  expect(woken).toEqual([10, 20, 25, 30])
})

test('a long sleeper waits while others are busy', async () => {
  const clock = createClock({ now: 0 })
  let overslept = false
  const timeout = new AbortController()
  const timer = clock.sleep(30_000, timeout.signal).then(
    () => {
      overslept = true
    },
    () => {},
  )
  for (let turn = 0; turn < 200; turn++) {
    clock.now()
    await new Promise((resolve) => setImmediate(resolve))
  }
  timeout.abort()
  await timer
  expect(overslept).toBe(false)
})

test('without autoAdvance only the test moves it', async () => {
  const clock = createClock({ now: 0, autoAdvance: false })
  let awake = false
  const sleeping = clock.sleep(1_000).then(() => {
    awake = true
  })
  await clock.advance(999)
  expect(awake).toBe(false)
  await clock.advance(1)
  expect(awake).toBe(true)
  expect(clock.now()).toBe(1_000)
  await sleeping
})

test('advancing stops at every sleeper on the way, also at those that only then go to sleep', async () => {
  const clock = createClock({ now: 0, autoAdvance: false })
  const seen: number[] = []
  const ticking = async () => {
    for (;;) {
      await clock.sleep(400)
      seen.push(clock.now())
    }
  }
  void ticking()
  await clock.advance(1_000)
  expect(seen).toEqual([400, 800])
  expect(clock.now()).toBe(1_000)
})

test('setting it wakes whoever was due by then', async () => {
  const clock = createClock({ now: 0, autoAdvance: false })
  const sleeping = clock.sleep(500)
  clock.set(500)
  await sleeping
  clock.set('1970-01-01T00:00:00Z')
  expect(clock.now()).toBe(0)
})

test('a sleeper that is aborted rejects with the reason, whether before or during its sleep', async () => {
  const clock = createClock({ now: 0, autoAdvance: false })
  await expect(clock.sleep(10, AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
  const controller = new AbortController()
  const sleeping = clock.sleep(10, controller.signal)
  controller.abort(new Error('during'))
  await expect(sleeping).rejects.toThrow('during')
  await clock.advance(20)
  expect(clock.now()).toBe(20)
})

test('an alarm of the running clock never rings before its time, even if its timer ends early', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  let now = 1_000
  vi.spyOn(Date, 'now').mockImplementation(() => now)
  onTestFinished(() => void vi.restoreAllMocks())
  const ring = vi.fn()
  createRunningClock().onceAt?.(61_000, ring)
  now = 60_999
  vi.advanceTimersByTime(60_000)
  expect(ring).not.toHaveBeenCalled()
  now = 61_000
  vi.advanceTimersByTime(1)
  expect(ring).toHaveBeenCalledTimes(1)
})
