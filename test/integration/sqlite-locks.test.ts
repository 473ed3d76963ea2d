import { join } from 'node:path'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import type { RunOptions } from '@hubsync/core'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openBeside } from './support/sqlite-connection.js'
import { temporaryFolder } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

afterEach(() => void vi.useRealTimers())

/** How long the owner of the database would wait for a lock: longer than any run here. */
const PATIENCE_MS = 600_000

describe.each(['better-sqlite3', 'node:sqlite'] as const)('on %s', (driver) => {
  /**
   * A mirror of a portal that has changed since the last run, in a database whose write lock another connection holds
   * from then on.
   */
  async function lockedMirror() {
    const file = join(temporaryFolder(), 'hubspot.db')
    const database = openBeside(driver, file)
    const store = sqliteStore({ database: database as never })
    const { sync, portal, clock } = createWorld(store)
    const { contacts } = populate(portal, { contacts: 3, companies: 1, deals: 1 })
    const id = contacts[0] as string
    await sync.run()
    await clock.advance(60_000)
    portal.update('contacts', id, { firstname: 'Changed' })
    await clock.advance(60_000)
    let isWaiting = false
    for (const write of ['migrate', 'commit'] as const) {
      const made = store[write] as (given: never) => Promise<never>
      store[write] = (given: never) => {
        isWaiting = true
        return made(given)
      }
    }
    database.exec(`PRAGMA busy_timeout = ${PATIENCE_MS}`)
    const other = openBeside(driver, file)
    onTestFinished(() => {
      other.close()
      database.close()
    })
    other.exec('BEGIN IMMEDIATE')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const waits = () => vi.waitUntil(() => isWaiting)
    return { sync, id, waits, letGo: () => other.exec('ROLLBACK') }
  }

  const ways: [string, Pick<RunOptions, 'budgetMs'>, code: string, ms: number][] = [
    ['its time', { budgetMs: 1_000 }, 'STORE_FAILED', 6_000],
    ['its signal', {}, 'ABORTED', 5_000],
  ]

  test.each(ways)(
    'a run that waits for the lock of another writer is ended by %s, and a moment more',
    async (_, options, code, ms) => {
      const { sync, waits } = await lockedMirror()
      const stop = new AbortController()
      const run = sync.run({ ...options, signal: stop.signal }).catch((error: unknown) => error)
      await waits()
      if (options.budgetMs === undefined) stop.abort()
      await vi.advanceTimersByTimeAsync(ms)
      expect(await run).toMatchObject({ code })
    },
  )

  test.each(ways)(
    'nothing is tried any more once a run that waited for a lock was ended by %s',
    async (_, options, _code, ms) => {
      const { sync, id, waits, letGo } = await lockedMirror()
      const runs = await sync.runs()
      const stop = new AbortController()
      const run = sync.run({ ...options, signal: stop.signal }).catch(() => {})
      await waits()
      if (options.budgetMs === undefined) stop.abort()
      await vi.advanceTimersByTimeAsync(ms)
      await run
      expect(vi.getTimerCount()).toBe(0)
      letGo()
      await vi.advanceTimersByTimeAsync(PATIENCE_MS)
      expect(await sync.runs()).toEqual(runs)
      expect((await sync.get('contacts', id))?.firstName).toBe('First 0')
    },
  )
})
