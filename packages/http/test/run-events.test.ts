import { expect, onTestFinished, test, vi } from 'vitest'
import { RunEvents } from '../src/run-events.js'
import type { Run } from '../src/runs.js'

test('a run of another process is not read again while a read gets no answer', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const closing = new AbortController()
  const events = new RunEvents({ closing: closing.signal, logger: undefined })
  const looks: ((run: Run | undefined) => void)[] = []
  const look = () => new Promise<Run | undefined>((resolve) => looks.push(resolve))
  const { body } = events.follow({ now: { status: 'running' } as Run, started: undefined, look })
  const reader = body?.getReader()
  void reader?.read()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(looks).toHaveLength(1)
  looks[0]?.(undefined)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(looks).toHaveLength(2)
  closing.abort()
})
