import { memoryStore } from '@hubsync/core'
import { expect, test } from 'vitest'
import { createWorld, populate } from './support/world.js'

/** A mirror, and a call for each of its contacts at the same time, as an application makes them. */
async function manyCalls() {
  const { portal, sync } = createWorld(memoryStore())
  const { contacts } = populate(portal, { contacts: 40, companies: 10, deals: 0 })
  await sync.run()
  for (const id of contacts) portal.update('contacts', id, { city: 'Graz' })
  const before = portal.calls.length
  const read = (signal?: AbortSignal) =>
    contacts.map((id) => sync.syncRecords('contacts', [id], { signal }))
  return { sync, contacts, read, calls: () => portal.calls.length - before }
}

test('many calls of syncRecords at the same time all succeed, with the calls that each needs alone', async () => {
  const { sync, contacts, read, calls } = await manyCalls()
  await sync.syncRecords('contacts', contacts.slice(0, 1))
  const ofOne = calls()
  await Promise.all(read())
  expect(calls()).toBe(41 * ofOne)
  expect((await sync.verify()).status).toBe('equal')
})

test('a call of syncRecords that waits for others ends at once when its signal aborts', async () => {
  const { sync, read } = await manyCalls()
  const stop = new AbortController()
  const [first, ...waiting] = read(stop.signal)
  const ended = Promise.allSettled(waiting)
  stop.abort()
  for (const result of await ended)
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'ABORTED' } })
  await first?.catch(() => {})
  expect(await Promise.all(read())).toHaveLength(40)
  expect((await sync.verify()).status).toBe('equal')
})
