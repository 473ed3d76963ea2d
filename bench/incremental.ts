import { sqliteStore } from '@hubsync/adapter-sqlite'
import { contacts, createHubspotSync, type Store } from '@hubsync/core'
import { createClock, type TestClock } from '@hubsync/emulator'
import { type Benchmark, scaled } from './support/benchmark.ts'
import { file } from './support/places.ts'
import { latency, makePortal, ratesOf, requesterOf, secondsNeeded } from './support/portal.ts'

const HOUR = 3_600_000

export const incremental: Benchmark = {
  name: 'incremental',
  about: 'the time that reading what changed takes, beside what HubSpot’s limits alone need',
  defaultScale: 0.05,
  async *run({ scale, progress }) {
    const all = scaled(1_000_000, scale, 2_000)
    const changed = Math.round(all / 10)
    const clock = createClock()
    const store = sqliteStore({ file: file() })
    progress(`${all} contacts are mirrored first, without limits`)
    const still = makePortal({ contacts: all, limits: false, journal: false }, clock)
    const unlimited = { burst: 1e9, search: 1e9, associations: 1e9 }
    await mirror(store, requesterOf(still), still.token, clock, unlimited).run()

    // The same seed gives the same portal. This one has limits and latency.
    const portal = makePortal({ contacts: all, latency, journal: false }, clock)
    const begun = clock.now()
    let index = 0
    for (const { id } of everyTenth(portal.records('contacts'))) {
      const updatedAt = begun + Math.round((index / changed) * 3 * HOUR)
      portal.update('contacts', id, { lastname: `Changed ${index++}` }, { updatedAt })
    }
    await clock.advance(6 * HOUR)
    progress(`${changed} of them are changed`)
    const client = requesterOf(portal)
    let made = 0
    const counting: typeof client = {
      apiRequest(call) {
        if (call.path.endsWith('/search')) made++
        return client.apiRequest(call)
      },
    }
    const report = await mirror(store, counting, portal.token, clock).run({ jobs: ['contacts'] })
    await store.close()
    const { updated, status } = report.jobs.contacts ?? {}
    if (status !== 'complete' || updated !== changed)
      throw new Error(`Expected ${changed} updates, got ${updated}: ${status}.`)

    const reads = Math.ceil(changed / 100)
    const searches = Math.ceil(changed / 200)
    const needed = secondsNeeded({ search: searches, burst: reads }, ratesOf(190))
    const took = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1_000
    yield {
      title: 'incremental: time taken, as a ratio to what the limits need',
      lines: [
        {
          ratio: took / needed,
          goal: '≤ 1.5',
          changed,
          of: all,
          'took, s': took,
          'needed, s': needed,
          'searches, ratio': made / searches,
          'goal of searches': '≤ 1.5',
          calls: report.calls,
          'calls needed': searches + reads,
          '429s (goal 0)': report.throttled,
        },
      ],
      notes: [
        `Into SQLite, on a clock that jumps: this machine’s own work takes no time. The changes lie within three hours. A search takes ${latency.search} ms, a read ${latency.batch} ms.`,
        'Nothing is concluded from the order of the hits, so the parts of a window are made smaller than a page: some 165 of 200. Needed is what searches of 200 need at 5 a second and reads of 100 at 19 a second, side by side.',
      ],
    }
  },
}

function mirror(
  store: Store,
  client: ReturnType<typeof requesterOf>,
  accessToken: string,
  clock: TestClock,
  limits?: { burst: number; search: number; associations: number },
) {
  return createHubspotSync({
    accessToken,
    client,
    reference: false,
    store,
    clock,
    objects: [contacts],
    ...(limits ? { limits } : {}),
  })
}

function* everyTenth<T>(items: Iterable<T>): Generator<T> {
  let index = 0
  for (const item of items) if (index++ % 10 === 0) yield item
}
