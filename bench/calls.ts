import { createHubspotSync, memoryStore } from '@hubsync/core'
import { createClock, type Portal } from '@hubsync/emulator'
import { type Benchmark, type Line, scaled } from './support/benchmark.ts'
import { latency, makePortal, requesterOf } from './support/portal.ts'

const HOUR = 3_600_000

/** Calls by what they are for. */
interface Needed {
  searches: number
  lists: number
  reads: number
  associations: number
}

export const calls: Benchmark = {
  name: 'calls',
  about: 'the calls that a run makes, beside what its pages and batches alone need',
  defaultScale: 0.1,
  async *run({ scale, progress }) {
    const contacts = scaled(100_000, scale, 2_000)
    const others = scaled(10_000, scale, 200)
    const clock = createClock()
    const plan = { contacts, companies: others, deals: others, latency, journal: true }
    progress(`${contacts} contacts are mirrored first`)
    const portal = makePortal(plan, clock)
    const sync = createHubspotSync({
      accessToken: portal.token,
      client: requesterOf(portal),
      store: memoryStore(),
      clock,
      census: false,
      associationSweep: false,
    })
    await sync.run()
    await clock.advance(2 * HOUR)

    const lines: Line[] = []
    const measure = async (
      what: string,
      needed: Needed,
      work: () => Promise<{ status: string }>,
    ) => {
      progress(what)
      portal.clearCalls()
      const { status } = await work()
      if (!['complete', 'equal'].includes(status)) throw new Error(`${what}: it is ${status}.`)
      lines.push(lineOf(what, portal, needed))
      await clock.advance(2 * HOUR)
    }

    const quiet = { searches: 3, lists: 3, reads: 0, associations: 0 }
    await measure('nothing changed', quiet, () => sync.run())

    const few = Math.round(contacts / 100)
    changeEach(portal, contacts / few, () => clock.set(clock.now() + 1))
    await clock.advance(2 * HOUR)
    const some = {
      ...{ searches: 2 + Math.ceil(few / 200), lists: 3, reads: Math.ceil(few / 100) },
      associations: 2 * Math.ceil(few / 1_000),
    }
    await measure(`${few} of ${contacts} contacts changed`, some, () => sync.run())

    const many = Math.round(contacts * 0.12)
    portal.updateMany('contacts', idsOf(portal).slice(0, many), { lastname: 'Imported' })
    await clock.advance(2 * HOUR)
    const imported = {
      ...{ searches: 2 + Math.ceil(many / 200), lists: 3, reads: Math.ceil(many / 100) },
      associations: 2 * Math.ceil(many / 1_000),
    }
    await measure(`${many} changed in one millisecond`, imported, () => sync.run())

    const compared = {
      ...{ searches: 0, reads: 0 },
      lists: 3 + Math.ceil(contacts / 100) + 2 * Math.ceil(others / 100),
      associations: 2 * Math.ceil(contacts / 1_000) + Math.ceil(others / 1_000),
    }
    await measure(`a verification of ${contacts} contacts`, compared, () => sync.verify())
    await sync.close()
    yield {
      title: 'calls: made, as a ratio to what the pages and batches alone need',
      lines,
      notes: [
        `${contacts} contacts, ${others} companies and ${others} deals with their associations, under HubSpot's limits, neither census nor sweep being due. Needed: a search for each object and 200 changes, a list of each recycle bin, a read for 100 records, an association call for each pair and 1,000; of a verification, a list for 100 records.`,
        'Besides these, every run asks once for the account. Where windows or stretches of a list are read side by side, a page is read by both at each border.',
      ],
    }
  },
}

function lineOf(what: string, portal: Portal, needed: Needed): Line {
  const count = (...operations: string[]) =>
    portal.calls.filter(
      ({ operation }) => operation !== undefined && operations.includes(operation),
    ).length
  const made: Needed = {
    searches: count('search'),
    lists: count('list'),
    reads: count('batch-read'),
    associations: count('associations'),
  }
  const sum = ({ searches, lists, reads, associations }: Needed) =>
    searches + lists + reads + associations
  return {
    ratio: sum(made) / sum(needed),
    goal: what === 'nothing changed' ? '1' : '',
    what,
    'calls in all': portal.calls.length,
    ...made,
    needed: sum(needed),
    '429s (goal 0)': portal.calls.filter(({ status }) => status === 429).length,
  }
}

function idsOf(portal: Portal): string[] {
  return [...portal.records('contacts')].map(({ id }) => `${id}`)
}

/** Changes one contact in so many, each at a moment of its own. */
function changeEach(portal: Portal, oneIn: number, tick: () => void): void {
  for (const [index, id] of idsOf(portal).entries())
    if (index % oneIn === 0) {
      tick()
      portal.update('contacts', id, { lastname: `Changed ${index}` })
    }
}
