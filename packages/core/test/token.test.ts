import { createClock } from '@hubsync/emulator'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { TokenSource } from '../src/client/token.js'

afterEach(() => void vi.useRealTimers())

/** A source whose function notes its arguments, and returns the tokens of a list one by one. */
function sourceOf(...tokens: (string | Promise<string>)[]) {
  const told: unknown[] = []
  const clock = createClock()
  const source = new TokenSource((asked) => {
    told.push(asked)
    return tokens.shift() ?? 'the-last-token'
  }, clock)
  return { source, told, clock }
}

describe('the function that gives tokens', () => {
  test('is told which token was refused, and only then', async () => {
    const { source, told, clock } = sourceOf('first-token', 'second-token', 'third-token')
    expect(await source.get()).toBe('first-token')
    clock.set(clock.now() + 26 * 60_000)
    expect(await source.get()).toBe('second-token')
    expect(await source.renew('second-token')).toBe(true)
    expect(told).toEqual([{}, {}, { refused: 'second-token' }])
  })

  test('is asked once by many calls that were refused at once', async () => {
    const { source, told } = sourceOf('first-token', 'second-token')
    await source.get()
    const renewed = [1, 2, 3].map(() => source.renew('first-token'))
    expect(await Promise.all(renewed)).toEqual([true, true, true])
    expect(told).toEqual([{}, { refused: 'first-token' }])
    expect(await source.renew('first-token')).toBe(true)
    expect(told).toHaveLength(2)
  })

  test('that knows no other is asked once by many calls too', async () => {
    const { source, told } = sourceOf('first-token', 'first-token')
    await source.get()
    const renewed = [1, 2, 3].map(() => source.renew('first-token'))
    expect(await Promise.all(renewed)).toEqual([false, false, false])
    expect(told).toHaveLength(2)
  })

  test('is told of a refusal that came while it was asked for another reason', async () => {
    const late = Promise.withResolvers<string>()
    const { source, told, clock } = sourceOf('first-token', late.promise, 'third-token')
    await source.get()
    clock.set(clock.now() + 26 * 60_000)
    const asked = source.get()
    const renewed = source.renew('first-token')
    late.resolve('first-token')
    await asked
    expect(await renewed).toBe(true)
    expect(told).toEqual([{}, {}, { refused: 'first-token' }])
    expect(await source.get()).toBe('third-token')
  })

  test('that throws is quoted, without the tokens it names', async () => {
    const { source } = sourceOf(
      'a-secret-token-of-mine',
      Promise.reject(new Error('no vault for a-secret-token-of-mine.')),
    )
    await source.get()
    await expect(source.renew('a-secret-token-of-mine')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: 'The `accessToken` function threw: no vault for ***. Correct it, then run again.',
    })
  })

  test('is given up after a minute, and asked anew by the next call', async () => {
    vi.useFakeTimers()
    const { source, told } = sourceOf(new Promise(() => {}), 'second-token')
    const waiting = [source.get(), source.get()].map((token) =>
      token.catch((error: unknown) => error),
    )
    await vi.advanceTimersByTimeAsync(60_000)
    for (const error of await Promise.all(waiting))
      expect(error).toMatchObject({
        code: 'UNAUTHORIZED',
        message: 'Expected the `accessToken` function to give a token within 60 s, got none.',
      })
    expect(vi.getTimerCount()).toBe(0)
    expect(await source.get()).toBe('second-token')
    expect(told).toHaveLength(2)
  })
})
