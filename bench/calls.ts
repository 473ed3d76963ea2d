import { createHubspotSync, deals, memoryStore } from '@hubsync/core'
import { createClock, type Portal, type TestClock } from '@hubsync/emulator'
import { type Benchmark, type Line, scaled } from './support/benchmark.ts'
import { latency, makePortal, requesterOf } from './support/portal.ts'

const HOUR = 3_600_000

/** The needed calls by purpose. */
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
      reference: false,
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
      searchGoal?: number,
    ) => {
      progress(what)
      portal.clearCalls()
      const { status } = await work()
      if (!['complete', 'equal'].includes(status)) throw new Error(`${what}: it is ${status}.`)
      lines.push(lineOf(what, portal, needed, searchGoal))
      await clock.advance(2 * HOUR)
    }

    const quiet = { searches: 3, lists: 3, reads: 0, associations: 0 }
    await measure('nothing changed', quiet, () => sync.run(), 1)

    const few = Math.round(contacts / 100)
    changeEach(portal, contacts / few, () => clock.set(clock.now() + 1))
    await clock.advance(2 * HOUR)
    const changes = (count: number): Needed => ({
      searches: 2 + Math.ceil(count / 200),
      lists: 3,
      reads: Math.ceil(count / 100),
      associations: 2 * Math.ceil(count / 1_000),
    })
    await measure(`${few} of ${contacts} contacts changed`, changes(few), () => sync.run())

    const half = Math.round(contacts / 2)
    changeAt(portal, clock, half, (index) => (index / half) * 3 * HOUR)
    await measure(`${half} changed evenly over three hours`, changes(half), () => sync.run(), 1.5)

    changeAt(portal, clock, contacts, momentOfRoughDay(contacts))
    await measure(`${contacts} changed on a rough day`, changes(contacts), () => sync.run(), 2.1)

    const many = Math.round(contacts * 0.12)
    portal.updateMany('contacts', idsOf(portal).slice(0, many), { lastname: 'Imported' })
    await clock.advance(2 * HOUR)
    await measure(`${many} changed in one millisecond`, changes(many), () => sync.run())

    const compared = {
      searches: 0,
      reads: 0,
      lists: 3 + Math.ceil(contacts / 100) + 2 * Math.ceil(others / 100),
      associations: 2 * Math.ceil(contacts / 1_000) + Math.ceil(others / 1_000),
    }
    await measure(`a verification of ${contacts} contacts`, compared, () => sync.verify())
    await sync.close()
    lines.push(await withHistory(scaled(100_000, scale, 2_000), progress))
    yield {
      title: 'calls: made, as a ratio to what the pages and batches alone need',
      lines,
      notes: [
        `${contacts} contacts, ${others} companies and ${others} deals with their associations, under HubSpot's limits, neither census nor sweep being due. Needed: a search for each object and 200 changes, a list of each recycle bin, a read for 100 records, an association call for each pair and 1,000; of a verification, a list for 100 records; of a backfill with the history of properties, a list for 50.`,
        'Besides these, every run asks once for the account. Where windows or stretches of a list are read side by side, a page is read by both at each border.',
      ],
    }
  },
}

/** A backfill of deals with the history of four properties: HubSpot gives 50 records a call with it. */
async function withHistory(count: number, progress: (what: string) => void): Promise<Line> {
  const what = `a backfill of ${count} deals with the history of four properties`
  progress(what)
  const clock = createClock()
  const portal = makePortal({ contacts: 0, deals: count, latency, journal: true }, clock)
  const history = ['stage', 'pipeline', 'amount', 'ownerId']
  const sync = createHubspotSync({
    accessToken: portal.token,
    client: requesterOf(portal),
    store: memoryStore(),
    clock,
    objects: [deals.extend({ history })],
    reference: false,
    census: false,
  })
  const { status, jobs } = await sync.run()
  if (status !== 'complete') throw new Error(`${what}: it is ${status}.`)
  if (!jobs.deals?.history?.added) throw new Error(`${what}: no history was written.`)
  await sync.close()
  const needed = { searches: 0, lists: Math.ceil(count / 50), reads: 0, associations: 0 }
  return lineOf(what, portal, needed, undefined, '≤ 1.05')
}

function lineOf(
  what: string,
  portal: Portal,
  needed: Needed,
  searchGoal?: number,
  goal = what === 'nothing changed' ? '1' : '',
): Line {
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
    goal,
    what,
    'calls in all': portal.calls.length,
    ...made,
    needed: sum(needed),
    'searches, ratio': needed.searches === 0 ? '' : made.searches / needed.searches,
    'goal of searches': searchGoal === undefined ? '' : `≤ ${searchGoal}`,
    '429s (goal 0)': portal.calls.filter(({ status }) => status === 429).length,
  }
}

function idsOf(portal: Portal): string[] {
  return [...portal.records('contacts')].map(({ id }) => `${id}`)
}

/** Changes contacts within the last day, each at another time, and lets an hour pass. */
function changeAt(
  portal: Portal,
  clock: TestClock,
  count: number,
  momentOf: (index: number) => number,
): void {
  const begin = clock.now()
  clock.set(begin + 25 * HOUR)
  // Not in the order of their ids.
  const ids = idsOf(portal)
  for (let index = 0; index < count; index++) {
    const id = ids[(index * 7_919) % ids.length] as string
    const updatedAt = begin + Math.round(momentOf(index))
    portal.update('contacts', id, { lastname: `Changed at ${updatedAt}` }, { updatedAt })
  }
}

/**
 * Half of a day's changes come in its working hours, a quarter at any time, and a quarter in forty bursts of up to ten
 * minutes.
 */
function momentOfRoughDay(count: number): (index: number) => number {
  let state = 7
  const chance = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
  const bursts = Array.from({ length: 40 }, (_, index) => ({
    begin: chance() * 24 * HOUR,
    length: [1, 1_000, 60_000, 600_000][index % 4] as number,
  }))
  return (index) => {
    if (index < count / 2) return (8 + 10 * chance()) * HOUR
    if (index < (count * 3) / 4) return chance() * 24 * HOUR
    const { begin, length } = bursts[index % bursts.length] as (typeof bursts)[number]
    return begin + Math.floor(chance() * length)
  }
}

/** Changes every `oneIn`th contact, each at another time. */
function changeEach(portal: Portal, oneIn: number, tick: () => void): void {
  for (const [index, id] of idsOf(portal).entries())
    if (index % oneIn === 0) {
      tick()
      portal.update('contacts', id, { lastname: `Changed ${index}` })
    }
}
