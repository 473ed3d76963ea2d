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
    await mirror(store, still, clock, { burst: 1e9, search: 1e9, associations: 1e9 }).run()

    // The same seed gives the same portal; this one has limits, and its answers take their time.
    const portal = makePortal({ contacts: all, latency, journal: false }, clock)
    const begun = clock.now()
    let index = 0
    for (const { id } of everyTenth(portal.records('contacts'))) {
      const updatedAt = begun + Math.round((index / changed) * 3 * HOUR)
      portal.update('contacts', id, { lastname: `Changed ${index++}` }, { updatedAt })
    }
    await clock.advance(6 * HOUR)
    progress(`${changed} of them are changed`)
    const report = await mirror(store, portal, clock).run({ jobs: ['contacts'] })
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
          goal: '≤ 1.1',
          changed,
          of: all,
          'took, s': took,
          'needed, s': needed,
          calls: report.calls,
          'calls needed': searches + reads,
          '429s (goal 0)': report.throttled,
        },
      ],
      notes: [
        `Into SQLite, on a clock that jumps: this machine’s own work takes no time. The changes lie within three hours. A search takes ${latency.search} ms, a read ${latency.batch} ms.`,
        'Needed is what searches of 200 need at 5 a second and reads of 100 at 19 a second, side by side.',
      ],
    }
  },
}

function mirror(
  store: Store,
  portal: ReturnType<typeof makePortal>,
  clock: TestClock,
  limits?: { burst: number; search: number; associations: number },
) {
  return createHubspotSync({
    accessToken: portal.token,
    client: requesterOf(portal),
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
