import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { heldMirror, stoppableClock } from './support/held-mirror.js'

const budgetMs = 2_000
const reason = /^The run's 2000 ms are over/
const atLimit = /HubSpot's rate limit refused this call\. The next attempt is possible at /

/** Whether a call is about contacts. The calls before it ask for the account and the properties. */
const isList = (call: string) => /\/objects\/.*contacts\?/.test(call)

describe('the time of a run ends it', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
  afterEach(() => void vi.useRealTimers())

  test('though HubSpot answers nothing', async () => {
    const { sync, calls } = heldMirror(isList)
    const run = sync.run({ budgetMs })
    while (calls.open === 0) await setImmediate()
    await vi.advanceTimersByTimeAsync(budgetMs + 5_000)
    const report = await run
    expect(report.status).toBe('partial')
    expect(report.jobs.contacts).toMatchObject({
      status: 'partial',
      reason: expect.stringMatching(reason),
    })
    expect(report.jobs.contacts).not.toHaveProperty('error')
    expect(calls.open).toBe(0)
  })

  test('though the calls before have used up the limit', async () => {
    const { sync } = heldMirror(() => false, { limits: { burst: 1 } })
    const run = sync.run({ jobs: ['contacts'], budgetMs })
    // The first call is answered, and the next one waits.
    for (let turn = 0; turn < 20; turn++) await setImmediate()
    await vi.advanceTimersByTimeAsync(budgetMs + 5_000)
    expect((await run).jobs.contacts).toMatchObject({
      status: 'partial',
      reason: expect.stringMatching(reason),
    })
  })
})

describe('no call is made past the time of a run', () => {
  test.each([
    ['429, to be asked again in 10 s', { status: 429, headers: { 'retry-after': '10' } }, atLimit],
    ['502', { status: 502 }, reason],
    ['200 without a body', { status: 200 }, reason],
  ])('where HubSpot answers %s', async (_, answer, reason) => {
    const clock = stoppableClock()
    const start = clock.now()
    const sentAt: number[] = []
    const { sync } = heldMirror(
      (call) => {
        sentAt.push(clock.now() - start)
        return isList(call) && (answer.status === 200 ? { status: 204 } : answer)
      },
      { clock },
    )
    const report = await sync.run({ jobs: ['contacts'], budgetMs })
    expect(report.status).toBe('partial')
    expect(report.jobs.contacts).toMatchObject({ reason: expect.stringMatching(reason) })
    expect(Math.max(...sentAt)).toBeLessThan(budgetMs)
  })

  test.each([
    [429, atLimit],
    [502, reason],
  ])(
    'not even the last one is its failure, where HubSpot takes that long to answer %d',
    async (status, reason) => {
      const clock = stoppableClock()
      const { sync } = heldMirror(
        (call) => {
          if (!isList(call)) return false
          clock.advance(400)
          return { status, headers: { 'retry-after': '0' } }
        },
        { clock },
      )
      const report = await sync.run({ jobs: ['contacts'], budgetMs })
      expect(report.jobs.contacts).toMatchObject({
        status: 'partial',
        reason: expect.stringMatching(reason),
      })
    },
  )
})

test('a limit of HubSpot that lasts longer than the run is told as that, with the moment when it ends', async () => {
  const clock = stoppableClock()
  let end = 0
  const { sync } = heldMirror(
    (call) => {
      if (!isList(call)) return false
      end = clock.now() + 60_000
      return { status: 429, headers: { 'retry-after': '60' } }
    },
    { clock },
  )
  const { contacts } = (await sync.run({ jobs: ['contacts'], budgetMs })).jobs
  expect(contacts.reason).toContain(`possible at ${new Date(end).toISOString()}`)
  expect(contacts.reason).not.toContain('ms are over')
})

test('a job that would have to wait past the time of its run holds no other up', async () => {
  const clock = stoppableClock()
  const { sync, portal } = heldMirror(
    (call) => isList(call) && { status: 502, headers: { 'retry-after': '60' } },
    { clock },
  )
  portal.create('companies', { name: 'A company' })
  const { jobs } = await sync.run({ jobs: ['contacts', 'companies'], budgetMs: 30_000 })
  expect(jobs).toMatchObject({ contacts: { status: 'partial' }, companies: { status: 'complete' } })
})
