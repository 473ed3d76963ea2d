import { describe, expect, test } from 'vitest'
import { createQuickClock } from '../../../test/quick-clock.js'
import type { ResolvedWatchOptions } from '../src/call-options.js'
import { HubsyncError, type HubsyncErrorCode } from '../src/errors.js'
import type { RunReport } from '../src/sync/report.js'
import { pauseAfter, type WatchedMirror, watch } from '../src/sync/watch.js'

const SECOND = 1_000
const MINUTE = 60 * SECOND

const reported = (status: RunReport['status']) => ({ status, jobs: {} }) as unknown as RunReport
const failing = (code: HubsyncErrorCode) => Promise.reject(new HubsyncError(code, code))

interface World {
  clock: ReturnType<typeof createQuickClock>
  stop: AbortController
  /** When runs started, in seconds from the start of the watch. */
  starts: number[]
  seconds(): number
}

/** Watches a made-up mirror until so many runs have started. Jobs are named, so nobody reads the queue. */
function watched(
  run: (number: number, world: World) => Promise<RunReport>,
  {
    runs: most,
    chance = () => 0.5,
    mirror = () => ({}),
    ...given
  }: {
    runs: number
    chance?: () => number
    mirror?: (world: World) => Partial<WatchedMirror>
  } & Partial<Omit<ResolvedWatchOptions, 'signal'>>,
) {
  const clock = createQuickClock()
  const stop = new AbortController()
  const began = clock.now()
  const seconds = () => Math.round((clock.now() - began) / SECOND)
  const world: World = { clock, stop, starts: [], seconds }
  const made: WatchedMirror = {
    clock,
    run() {
      world.starts.push(seconds())
      if (world.starts.length === most) stop.abort()
      return run(world.starts.length, world)
    },
    latestOfOthers: async () => undefined,
    lookAtQueue: async () => undefined,
    syncQueued: async () => 0,
    ...mirror(world),
  }
  const options = { every: 5 * MINUTE, jobs: ['contacts'], ...given, signal: stop.signal }
  return { ...world, done: watch(made, options, chance) }
}

const complete = async () => reported('complete')

test('runs begin at their pace, from start to start', async () => {
  const { starts, done } = watched(
    async (_, { clock }) => {
      await clock.sleep(MINUTE)
      return reported('complete')
    },
    { runs: 4 },
  )
  await done
  expect(starts).toEqual([0, 300, 600, 900])
})

test('a run that takes longer than the pace is followed by the next at once', async () => {
  const { starts, done } = watched(
    async (_, { clock }) => {
      await clock.sleep(7 * MINUTE)
      return reported('complete')
    },
    { runs: 3 },
  )
  await done
  expect(starts).toEqual([0, 420, 840])
})

test('a run begins by chance a twentieth earlier or later', () => {
  const pauses = [0, 0.5, 1].map((chance) => pauseAfter(0, 100 * SECOND, chance) / SECOND)
  expect(pauses).toEqual([95, 100, 105])
})

test('pauses double after each failure in a row, up to a quarter of an hour, or the pace if that is longer', () => {
  const minutes = (every: number) =>
    [0, 1, 2, 3, 60].map((failures) => pauseAfter(failures, every * MINUTE, 0.5) / MINUTE)
  expect(minutes(2)).toEqual([2, 4, 8, 15, 15])
  expect(minutes(60)).toEqual([60, 60, 60, 60, 60])
})

describe('a failure that passes', () => {
  test('is told, and outlived with longer pauses until a run is well', async () => {
    const errors: unknown[] = []
    const { starts, done } = watched(
      (number) => (number < 3 ? failing('HUBSPOT_UNAVAILABLE') : complete()),
      { runs: 5, every: MINUTE, onError: (error) => errors.push(error) },
    )
    await done
    expect(errors).toMatchObject([{ code: 'HUBSPOT_UNAVAILABLE' }, { code: 'HUBSPOT_UNAVAILABLE' }])
    expect(starts).toEqual([0, 120, 360, 420, 480])
  })

  test('ends nothing where nobody hears of it', async () => {
    const { starts, done } = watched(
      (number) => (number === 1 ? failing('STORE_FAILED') : complete()),
      { runs: 2, every: MINUTE },
    )
    await done
    expect(starts).toEqual([0, 120])
  })

  test('may be a report: the pauses are longer after it', async () => {
    const reports: RunReport[] = []
    const { starts, done } = watched(
      async (number) => reported(number === 1 ? 'failed' : 'complete'),
      { runs: 3, every: MINUTE, onReport: (report) => reports.push(report) },
    )
    await done
    expect(reports.map(({ status }) => status)).toEqual(['failed', 'complete', 'complete'])
    expect(starts).toEqual([0, 120, 180])
  })
})

describe('a failure that waiting does not heal', () => {
  const lasting: HubsyncErrorCode[] = ['UNAUTHORIZED', 'SCHEMA_CONFLICT', 'PORTAL_MISMATCH']

  test.each(lasting)('such as %s rejects', async (code) => {
    const { done, starts } = watched(() => failing(code), { runs: 5 })
    await expect(done).rejects.toMatchObject({ code })
    expect(starts).toEqual([0])
  })

  test('is told to who hears errors, and the watch goes on', async () => {
    const errors: unknown[] = []
    const { done, starts } = watched(() => failing('UNAUTHORIZED'), {
      ...{ runs: 2, every: MINUTE },
      onError: (error) => errors.push(error),
    })
    await done
    expect(starts).toEqual([0, 120])
    expect(errors).toHaveLength(2)
  })

  test('of the queue rejects too, once the run that is under way has ended', async () => {
    let isOver = false
    const { done } = watched(
      async (_, { clock }) => {
        await clock.sleep(MINUTE)
        isOver = true
        return reported('complete')
      },
      {
        runs: 9,
        jobs: undefined,
        mirror: () => ({ lookAtQueue: () => failing('SCHEMA_CONFLICT') }),
      },
    )
    await expect(done).rejects.toMatchObject({ code: 'SCHEMA_CONFLICT' })
    expect(isOver).toBe(true)
  })
})

describe('its signal', () => {
  test('ends a pause at once', async () => {
    const { clock, stop, starts, done } = watched(complete, { runs: 9, every: 60 * MINUTE })
    await clock.sleep(MINUTE)
    stop.abort()
    await done
    expect(starts).toEqual([0])
  })

  test('ends a run at its next page boundary', async () => {
    const { clock, stop, seconds, done } = watched(complete, {
      runs: 9,
      mirror: ({ clock }) => ({
        run: async ({ onEvent, signal }) => {
          for (;;) {
            await clock.sleep(3 * SECOND)
            if (signal?.aborted) throw new Error('given up')
            try {
              onEvent?.({ type: 'job-start', job: 'contacts' })
            } catch {
              return reported('partial')
            }
          }
        },
      }),
    })
    await clock.sleep(10 * SECOND)
    stop.abort()
    await done
    expect(seconds()).toBe(12)
  })

  test('gives up a run that comes to no page boundary for ten seconds', async () => {
    const { clock, stop, seconds, done } = watched(complete, {
      runs: 9,
      mirror: () => ({
        run: ({ signal }) =>
          new Promise((_, reject) =>
            signal?.addEventListener('abort', () =>
              reject(new HubsyncError('ABORTED', 'given up')),
            ),
          ),
      }),
    })
    await clock.sleep(2 * SECOND)
    stop.abort()
    await done
    expect(seconds()).toBe(12)
  })
})

describe('of several processes', () => {
  test('one that was busy is quiet, and keeps its pace', async () => {
    const reports: RunReport[] = []
    const { starts, done } = watched(async () => reported('busy'), {
      runs: 3,
      onReport: (report) => reports.push(report),
    })
    await done
    expect(reports).toEqual([])
    expect(starts).toEqual([0, 300, 600])
  })

  test('one whose turn another took runs at its pace after that', async () => {
    const { starts, done } = watched(complete, {
      runs: 3,
      mirror: ({ clock, starts }) => {
        const began = clock.now()
        // Another process has run two minutes after the first run of this one.
        const other = () => (starts.length === 1 ? began + 2 * MINUTE : undefined)
        return { latestOfOthers: async () => other() }
      },
    })
    await done
    expect(starts).toEqual([0, 420, 720])
  })

  test.each([
    ['a year ahead is not waited for', 365 * 24 * 60 * MINUTE, [0, 300, 600]],
    ['minutes ahead is waited for at most two paces longer', 4 * MINUTE, [0, 840, 1_680]],
  ])('one whose clock is %s', async (_, ahead, expected) => {
    const { starts, done } = watched(complete, {
      runs: 3,
      mirror: ({ clock, starts }) => {
        const began = clock.now()
        // Another begins at each turn of this one, and is dead from then on.
        const other = () => began + (starts.at(-1) ?? 0) * SECOND + 5 * MINUTE + ahead
        return { latestOfOthers: async () => other() }
      },
    })
    await done
    expect(starts).toEqual(expected)
  })

  test('one whose own clock is set back by an hour keeps its pace', async () => {
    const { starts, done } = watched(
      async (number, { clock }) => {
        if (number === 1) clock.set(clock.now() - 60 * MINUTE)
        return reported('complete')
      },
      { runs: 2 },
    )
    await done
    expect(starts).toEqual([0, 300 - 3_600])
  })

  test('one that cannot learn of the others runs at its own pace', async () => {
    const { starts, done } = watched(complete, {
      runs: 2,
      mirror: () => ({ latestOfOthers: () => failing('STORE_FAILED') }),
    })
    await done
    expect(starts).toEqual([0, 300])
  })
})

describe('what is enqueued', () => {
  /** A queue that a test fills, and the times at which it was read. */
  function queueOf(read: (left: number) => number = (left) => left) {
    const queue = { left: 0, number: 0, readAt: [] as number[] }
    const mirror = ({ seconds }: World): Partial<WatchedMirror> => ({
      lookAtQueue: async () => ({ left: queue.left, mark: String(queue.number) }),
      async syncQueued() {
        queue.readAt.push(seconds())
        const count = read(queue.left)
        queue.left -= count
        return count
      },
    })
    const enqueue = (count: number) => {
      queue.left += count
      queue.number++
    }
    return { readAt: queue.readAt, enqueue, mirror, jobs: undefined }
  }

  test('is read within two seconds, while a run goes on and between runs', async () => {
    const { readAt, enqueue, ...queued } = queueOf()
    const { clock, done } = watched(
      async (_, { clock }) => {
        await clock.sleep(MINUTE)
        return reported('complete')
      },
      { runs: 2, every: 2 * MINUTE, ...queued },
    )
    await clock.sleep(20 * SECOND)
    enqueue(3)
    await clock.sleep(70 * SECOND)
    enqueue(1)
    await done
    expect(readAt).toHaveLength(2)
    const [first = 0, second = 0] = readAt
    expect(first).toBeLessThanOrEqual(22)
    expect(second).toBeLessThanOrEqual(92)
  })

  test('and left unanswered is asked for ever more rarely, and at once with what comes anew', async () => {
    const { readAt, enqueue, ...queued } = queueOf((left) => left - 1)
    const { clock, stop, done } = watched(complete, { runs: 2, ...queued })
    enqueue(1)
    await clock.sleep(100 * SECOND)
    const before = readAt.length
    expect(before).toBeLessThan(9)
    enqueue(1)
    await clock.sleep(3 * SECOND)
    expect(readAt.length).toBeGreaterThan(before)
    stop.abort()
    await done
  })

  test('is left to others where jobs are named', async () => {
    const { readAt, enqueue, mirror } = queueOf()
    enqueue(3)
    await watched(complete, { runs: 2, every: MINUTE, mirror }).done
    expect(readAt).toEqual([])
  })

  test('and cannot be read for a while is told, with longer pauses', async () => {
    const errors: unknown[] = []
    const { done } = watched(complete, {
      ...{ runs: 2, jobs: undefined },
      onError: (error) => errors.push(error),
      mirror: () => ({ lookAtQueue: () => failing('STORE_FAILED') }),
    })
    await done
    expect(errors.length).toBeGreaterThan(3)
    expect(errors.length).toBeLessThan(12)
  })
})
