import { type ChangePage, createHubspotSync, HubsyncError, memoryStore } from '@hubsync/core'
import type { Portal } from '@hubsync/emulator'
import { describe, expect, onTestFinished, test } from 'vitest'
import { stores } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const size = { contacts: 6, companies: 1, deals: 1 }

/** A mirror whose first run is over, and a function that changes contacts, each with a run of its own. */
async function mirrored(store: Parameters<typeof createWorld>[0]) {
  const world = createWorld(store, { census: false, associationSweep: false })
  const { contacts } = populate(world.portal, size)
  await world.sync.run()
  const change = async (...indexes: number[]) => {
    await world.clock.advance(60_000)
    rename(world.portal, contacts, indexes)
    await world.sync.run()
  }
  return { ...world, contacts, change }
}

let names = 0
function rename(portal: Portal, contacts: string[], indexes: number[]): void {
  for (const index of indexes)
    portal.update('contacts', contacts[index] as string, { firstname: `Name ${++names}` })
}

/** A consumer that notes its entries, and lets the test wait for a number of them. */
function consumer(handle: (page: ChangePage) => unknown = () => {}) {
  const ending = new AbortController()
  onTestFinished(() => ending.abort())
  const seen: string[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  return {
    seen,
    signal: ending.signal,
    stop: () => ending.abort(),
    async handler(page: ChangePage) {
      await handle(page)
      seen.push(...page.results.map(({ id }) => id))
      for (const { count, resolve } of waiting) if (seen.length >= count) resolve()
    },
    has: (count: number) =>
      new Promise<void>((resolve) => {
        if (seen.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
  }
}

describe.each(stores)('follow() on $name', ({ place }) => {
  test('gives what comes, from now on, and resolves once the signal ends it', async () => {
    const { sync, change, contacts } = await mirrored(place()())
    await change(0)
    let begun = () => {}
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve
    })
    const { seen, handler, has, signal, stop } = consumer()
    const following = sync.follow('search', handler, { signal, snapshot: () => begun() })
    await isBegun
    await change(1)
    await change(2, 3)
    await has(3)
    stop()
    await following
    expect(seen).toEqual([contacts[1], ...[contacts[2], contacts[3]].sort()])
  })

  test('goes on after the last page that was handled, in another process', async () => {
    const { sync, again, change, contacts } = await mirrored(place()())
    const first = consumer()
    await change(0)
    const following = sync.follow('search', first.handler, { signal: first.signal, from: 'oldest' })
    await first.has(1)
    first.stop()
    await following
    await change(1)
    const second = consumer()
    const next = again().follow('search', second.handler, { signal: second.signal, from: 'oldest' })
    await second.has(1)
    second.stop()
    await next
    expect(second.seen).toEqual([contacts[1]])
  })

  test('gives a page again that the handler threw over, with longer and longer pauses', async () => {
    const { sync, change, clock, contacts } = await mirrored(place()())
    await change(0)
    const tried: number[] = []
    const errors: unknown[] = []
    const { seen, handler, has, signal, stop } = consumer(() => {
      tried.push(clock.now())
      if (tried.length <= 9) throw new Error(`attempt ${tried.length}`)
    })
    const onError = (error: unknown) => errors.push((error as Error).message)
    const following = sync.follow('search', handler, { signal, from: 'oldest', onError })
    await has(1)
    stop()
    await following
    expect(seen).toEqual([contacts[0]])
    expect(errors).toEqual(tried.slice(0, 9).map((_, index) => `attempt ${index + 1}`))
    const pauses = tried.slice(1).map((at, index) => (at - (tried[index] as number)) / 1_000)
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
  })

  test('gives each of two names all the changes, in pages of the size that is asked for', async () => {
    const { sync, change } = await mirrored(place()())
    await change(0, 1, 2, 3, 4)
    const sizes: number[] = []
    const two = [consumer(({ results }) => sizes.push(results.length)), consumer()] as const
    const following = two.map(({ handler, signal }, index) =>
      sync.follow(`consumer-${index}`, handler, { signal, from: 'oldest', limit: 2 }),
    )
    await Promise.all(two.map(({ has }) => has(5)))
    for (const { stop } of two) stop()
    await Promise.all(following)
    expect(sizes).toEqual([2, 2, 1])
    expect(two[0].seen).toEqual(two[1].seen)
  })

  test('lets one of two processes of a name move the cursor, and the other read again from there', async () => {
    const open = place()
    const { sync, again, change, contacts } = await mirrored(open())
    await change(0)
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let enter = () => {}
    const entered = new Promise<void>((resolve) => {
      enter = resolve
    })
    const slow = consumer(() => {
      enter()
      return held
    })
    const fast = consumer()
    const options = { from: 'oldest' as const }
    const first = sync.follow('search', slow.handler, { ...options, signal: slow.signal })
    await entered
    const second = again().follow('search', fast.handler, { ...options, signal: fast.signal })
    await fast.has(1)
    await change(1)
    await fast.has(2)
    fast.stop()
    await second
    release()
    await slow.has(1)
    await change(2)
    await slow.has(2)
    slow.stop()
    await first
    expect(fast.seen).toEqual([contacts[0], contacts[1]])
    expect(slow.seen).toEqual([contacts[0], contacts[2]])
  })

  test('calls for a snapshot before the first page, and again if changes were missed', async () => {
    const { sync, again, change, contacts, clock } = await mirrored(place()())
    const calls: string[] = []
    const first = consumer()
    const begun = sync.follow('search', first.handler, {
      signal: first.signal,
      snapshot: async () => {
        calls.push('snapshot')
        // Changes that happen meanwhile are in the first page after it.
        if (calls.length === 1) await change(0)
      },
    })
    await first.has(1)
    first.stop()
    await begun
    await change(1, 2)
    await clock.advance(3_600_000)
    await again({ changeRetention: '1m' }).run()
    const second = consumer()
    const next = again().follow('search', second.handler, {
      signal: second.signal,
      snapshot: async () => {
        calls.push('snapshot')
        await change(3)
      },
    })
    await second.has(1)
    second.stop()
    await next
    expect(calls).toEqual(['snapshot', 'snapshot'])
    expect([first.seen, second.seen]).toEqual([[contacts[0]], [contacts[3]]])
  })

  test('rejects with CURSOR_LOST if changes were missed and nothing makes a snapshot', async () => {
    const { sync, again, change, clock } = await mirrored(place()())
    await change(0)
    const { handler, has, signal, stop } = consumer()
    const following = sync.follow('search', handler, { signal, from: 'oldest' })
    await has(1)
    stop()
    await following
    await change(1, 2)
    await clock.advance(3_600_000)
    await again({ changeRetention: '1m' }).run()
    const lost = again().follow('search', handler)
    await expect(lost).rejects.toMatchObject({ code: 'CURSOR_LOST' })
    await expect(lost).rejects.toThrow(/"search" has missed changes.*give `snapshot` to follow/)
  })

  test('ends with close()', async () => {
    const { sync, again, change } = await mirrored(place()())
    await change(0)
    const { handler, has } = consumer()
    const other = again()
    const following = other.follow('search', handler, { from: 'oldest' })
    await has(1)
    const closed = other.close()
    await following
    await closed
    await sync.close()
  })
})

describe('follow()', () => {
  test('outlives a store that fails, and goes on once it answers', async () => {
    const store = memoryStore()
    const { again, change, contacts } = await mirrored(store)
    await change(0)
    let failures = 3
    const failing = {
      ...store,
      async changes(...given: Parameters<typeof store.changes>) {
        if (failures-- > 0) throw new HubsyncError('STORE_FAILED', 'The database is away.')
        return store.changes(...given)
      },
    }
    const { seen, handler, has, signal, stop } = consumer()
    const errors: unknown[] = []
    const following = again({ store: failing }).follow('search', handler, {
      signal,
      from: 'oldest',
      onError: (error) => errors.push(error),
    })
    await has(1)
    stop()
    await following
    expect(seen).toEqual([contacts[0]])
    expect(errors).toHaveLength(3)
  })

  test('gives no page while the store takes no cursor', async () => {
    const store = memoryStore()
    const { again, change, contacts } = await mirrored(store)
    await change(0)
    let failures = 3
    const readOnly = {
      ...store,
      async commit(...given: Parameters<typeof store.commit>) {
        if (failures-- > 0) throw new HubsyncError('STORE_FAILED', 'The database is a replica.')
        return store.commit(...given)
      },
    }
    const { seen, handler, has, signal, stop } = consumer()
    const errors: unknown[] = []
    const following = again({ store: readOnly }).follow('search', handler, {
      signal,
      from: 'oldest',
      onError: (error) => errors.push(error),
    })
    await has(1)
    await change(1)
    await has(2)
    stop()
    await following
    expect(seen).toEqual([contacts[0], contacts[1]])
    expect(errors).toHaveLength(3)
  })

  test('needs a mirror, a name and a handler', async () => {
    const sync = createHubspotSync({ accessToken: 'pat-na1-0', store: memoryStore() })
    await expect(sync.follow('search', () => {})).rejects.toMatchObject({ code: 'NOT_MIRRORED' })
    for (const name of ['', 'a b', 'a/b', 'x'.repeat(101)])
      await expect(sync.follow(name, () => {})).rejects.toThrow('the name of a consumer')
    await expect(sync.follow('a', null as never)).rejects.toThrow('the handler in follow(…)')
    await expect(sync.follow('a', () => {}, { from: 'here' as never })).rejects.toThrow(
      "Expected `from` in follow(…) to be 'now' or 'oldest', got \"here\".",
    )
  })
})
