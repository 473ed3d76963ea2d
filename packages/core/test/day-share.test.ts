import { expect, test } from 'vitest'
import { memoryStore } from '../src/store/memory-store.js'
import { DayShare } from '../src/sync/day-share.js'

const NOON = Date.parse('2026-06-01T12:00:00.000Z')
const HOUR = 3_600_000

/** A process that may make 40 calls a day, on a store whose next answer about the day can be kept waiting. */
function process() {
  const store = memoryStore()
  const time = { shown: NOON }
  const client = { calls: 0, daily: { limit: 400, remaining: 400 }, time }
  let late: Promise<void> = Promise.resolve()
  const place = {
    ...{ timeZone: 'UTC', clock: { now: () => time.shown, sleep: async () => {} } },
    ...{ origin: { portalId: '1' } },
    store: {
      ...store,
      async readCheckpoint(portalId: string, stream: string) {
        const wait = late
        late = Promise.resolve()
        const state = await store.readCheckpoint(portalId, stream)
        await wait
        return state
      },
    },
  }
  const holdNextAnswer = () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    late = promise
    return resolve
  }
  return { share: new DayShare(0.1, client as never), place, client, time, holdNextAnswer }
}

test('an answer that comes late takes back no calls that were noted meanwhile', async () => {
  const { share, place, client, holdNextAnswer } = process()
  const release = holdNextAnswer()
  const looking = share.look(place)
  client.calls = 30
  await share.note(place)
  release()
  await looking
  client.calls = 40
  expect(share.stopReason(place)).toMatch('its share (0.1)')
})

test('an answer of the day before takes back no calls of this day', async () => {
  const { share, place, client, time, holdNextAnswer } = process()
  client.calls = 1
  await share.note(place)
  const release = holdNextAnswer()
  const looking = share.look(place)
  time.shown += 24 * HOUR
  client.calls = 31
  await share.note(place)
  release()
  await looking
  client.calls = 41
  expect(share.stopReason(place)).toMatch('its share (0.1)')
})
