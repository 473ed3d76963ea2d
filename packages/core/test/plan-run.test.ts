import { describe, expect, test } from 'vitest'
import { emails } from '../src/objects/activities.js'
import { companies } from '../src/objects/companies.js'
import { contacts } from '../src/objects/contacts.js'
import { deals } from '../src/objects/deals.js'
import { pairsAmong } from '../src/objects/pairs.js'
import { referenceParts } from '../src/objects/reference-parts.js'
import type { Checkpoint } from '../src/store/store.js'
import { jobsNamed } from '../src/sync/jobs.js'
import { MirrorState } from '../src/sync/mirror-state.js'
import { type Known, planRun } from '../src/sync/plan-run.js'

const NOW = Date.parse('2026-03-01T12:00:00.000Z')
const HOUR = 3_600_000
const ago = (hours: number) => new Date(NOW - hours * HOUR).toISOString()

const objects = [contacts, companies, deals]
const clock = {
  now: () => NOW,
  sleep: () => Promise.reject(new Error('A plan waits for nothing.')),
}
const options = {
  ...{ objects, pairs: pairsAmong(objects, undefined), clock, censusMs: 24 * HOUR },
  reference: [],
}
const everything = { jobs: undefined, sliced: false }

/** What is known where these streams stand so. */
async function known(
  states: Record<string, object>,
  { counts = {}, leftOut = [] }: { counts?: Known['counts']; leftOut?: string[] } = {},
): Promise<Known> {
  const stored = Object.entries(states).map(([stream, state]): [string, Checkpoint] => [
    stream,
    { version: 1, revision: 1, state: state as never },
  ])
  const store = {
    readCheckpoint: () => Promise.reject(new Error('All of them are read at once.')),
    checkpoints: async () => new Map(stored),
    commit: () => Promise.reject(new Error('A plan writes nothing.')),
  }
  return {
    mirror: await MirrorState.read({ store, clock, origin: { portalId: '1' } }),
    counts,
    lastRun: { counts: Object.fromEntries(leftOut.map((job) => [job, { started: false }])) },
    hubspotNow: new Date(NOW).toISOString(),
  }
}

const backfilled = {
  phase: 'changes',
  startedAt: ago(2),
  backfilledAt: ago(2),
  completeUpTo: ago(1),
  pairs: [],
  pending: {},
}
const walkedAt = (completedAt: string, more: object = {}) => ({
  after: null,
  startedAt: null,
  completedAt,
  pending: {},
  ...more,
})
const censusAt = (completedAt: string, more: object = {}) =>
  walkedAt(completedAt, { phase: 'active', ranges: null, suspects: [], ...more })

/** A mirror in which everything was read an hour ago, with small bins and a census. */
const upToDate = Object.fromEntries(
  objects.flatMap(({ name }) => [
    [name, backfilled],
    [`${name}:archived`, walkedAt(ago(1), { calls: 1 })],
    [`${name}:census`, censusAt(ago(1))],
  ]),
)

/** The names of the jobs by phase. Those that are read aside follow a bar. */
function drawn(phases: ReturnType<typeof planRun>): string[] {
  return phases
    .map(({ jobs, aside }) => [jobs, aside].map((each) => each.map(({ name }) => name).join(' ')))
    .map(([jobs, aside]) => (aside ? `${jobs} | ${aside}` : `${jobs}`))
}

const records = 'companies deals contacts'
const bins = 'contacts:archived companies:archived deals:archived'

describe('a run of everything', () => {
  test('of a new mirror reads records, with the bins aside, and then the associations', async () => {
    const phases = planRun(await known({}), options, everything)
    expect(drawn(phases)).toEqual([`${records} | ${bins}`, 'associations'])
  })

  test('of a mirror that is up to date has no census', async () => {
    const phases = planRun(await known(upToDate), options, everything)
    expect(drawn(phases)).toEqual([`${records} | ${bins}`, 'associations'])
  })

  test('reads first what is enqueued', async () => {
    const queue = { next: 2, records: { contacts: { 5: 1 } } }
    const phases = planRun(await known({ ...upToDate, queue }), options, everything)
    expect(drawn(phases)[0]).toBe('queue')
  })

  test('takes nothing from the queue that is of an object that is not mirrored', async () => {
    const queue = { next: 2, records: { tickets: { 5: 1 } } }
    const phases = planRun(await known({ ...upToDate, queue }), options, everything)
    expect(drawn(phases)).not.toContain('queue')
  })

  test('finds what is enqueued in a later piece of the queue', async () => {
    const piece = { next: 2, records: { deals: { 5: 1 } } }
    const queue = { queue: { next: 1, records: {}, last: 1 }, 'queue:1': piece }
    const phases = planRun(await known({ ...upToDate, ...queue }), options, everything)
    expect(drawn(phases)[0]).toBe('queue')
  })

  test('in slices reads the bins after the records', async () => {
    const phases = planRun(await known(upToDate), options, { jobs: undefined, sliced: true })
    expect(drawn(phases)).toEqual([records, bins, 'associations'])
  })

  test('without pairs has no job for associations', async () => {
    const phases = planRun(await known(upToDate), { ...options, pairs: [] }, everything)
    expect(drawn(phases)).not.toContain('associations')
  })
})

describe('a recycle bin', () => {
  test('that a type does not have is not read, unless its job is named', async () => {
    const mirror = await known({ emails: backfilled })
    const given = { ...options, objects: [emails, contacts], pairs: [] }
    expect(drawn(planRun(mirror, given, everything))[0]).toBe('emails contacts | contacts:archived')
    const jobs = jobsNamed(['emails:archived'], given)
    expect(drawn(planRun(mirror, given, { jobs, sliced: false }))).toEqual([' | emails:archived'])
  })

  test('that takes many calls waits until it is due', async () => {
    const bin = walkedAt(ago(1), { calls: 1_000 })
    const mirror = await known({ ...upToDate, 'deals:archived': bin })
    expect(drawn(planRun(mirror, options, everything))[0]).toBe(
      `${records} | contacts:archived companies:archived`,
    )
  })

  test('whose walk is under way is gone on with, and is not begun anew where it is not due', async () => {
    const bin = walkedAt(ago(1), { calls: 1_000, startedAt: ago(1), after: '7' })
    const mirror = await known({ ...upToDate, 'deals:archived': bin })
    const [{ aside = [] } = {}] = planRun(mirror, options, everything)
    expect(aside.map((job) => 'anew' in job && [job.name, job.anew])).toEqual([
      ['contacts:archived', true],
      ['companies:archived', true],
      ['deals:archived', false],
    ])
  })

  test('that HubSpot left something of unanswered is asked again', async () => {
    const bin = walkedAt(ago(1), { calls: 1_000, pending: { deals: ['7'] } })
    const mirror = await known({ ...upToDate, 'deals:archived': bin })
    expect(drawn(planRun(mirror, options, everything))[0]).toContain('deals:archived')
  })
})

describe('a census', () => {
  test('is due a day after the last', async () => {
    const mirror = await known({ ...upToDate, 'deals:census': censusAt(ago(24)) })
    expect(drawn(planRun(mirror, options, everything)).at(-1)).toBe('deals:census')
  })

  test('is due a day after the backfill where none was made', async () => {
    const { 'deals:census': _, ...others } = upToDate
    const old = { ...backfilled, startedAt: ago(25) }
    const mirror = await known({ ...others, deals: old })
    expect(drawn(planRun(mirror, options, everything)).at(-1)).toBe('deals:census')
  })

  test('is made of an object that is new while rows of it are here', async () => {
    const counts = { deals: { active: 0, archived: 1 } }
    const phases = planRun(await known({}, { counts }), options, everything)
    expect(drawn(phases).at(-1)).toBe('deals:census')
  })

  test('that was stopped is gone on with', async () => {
    const begun = censusAt(ago(1), { phase: 'bin', startedAt: ago(1) })
    const mirror = await known({ ...upToDate, 'deals:census': begun })
    expect(drawn(planRun(mirror, options, everything)).at(-1)).toBe('deals:census')
  })

  test('that is never due by itself is left alone, though it was told an entry without an id', async () => {
    const unnamed = [{ after: null, until: null }]
    const mirror = await known({ ...upToDate, 'deals:census': censusAt(ago(900), { unnamed }) })
    const phases = planRun(mirror, { ...options, censusMs: undefined }, everything)
    expect(drawn(phases).join()).not.toContain('census')
  })
})

describe('what lies around the records', () => {
  const withReference = { ...options, reference: referenceParts }
  const askedAt = (at: string | null, names: readonly string[]) =>
    at === null ? {} : Object.fromEntries(names.map((name) => [name, at]))
  const readAt = (completedAt: string | null, more: object = {}) => ({
    ...{ completedAt, asked: askedAt(completedAt, ['owners', ...names]) },
    ...{ read: [], rows: {}, calls: 1, unlisted: [] },
    ...more,
  })
  const names = [...objects, ...options.pairs].map(({ name }) => name)
  const readAnHourAgo = Object.fromEntries(referenceParts.map((part) => [part, readAt(ago(0.9))]))
  const last = async (states: object, given = {}) =>
    drawn(planRun(await known({ ...upToDate, ...states }, given), withReference, everything)).at(-1)

  test('is read last, all of it, in a new mirror', async () => {
    expect(await last({})).toBe('owners pipelines catalogue')
  })

  test('is left alone before it is due', async () => {
    expect(await last(readAnHourAgo)).toBe('associations')
  })

  test('is due after an hour, the catalogue after a day', async () => {
    const read = Object.fromEntries(referenceParts.map((part) => [part, readAt(ago(1))]))
    expect(await last(read)).toBe('owners pipelines')
    expect(await last({ ...readAnHourAgo, catalogue: readAt(ago(24)) })).toBe('catalogue')
  })

  test('is due where a record named what was not known, and there was no time to look', async () => {
    expect(await last({ ...readAnHourAgo, owners: readAt(ago(0.1), { again: true }) })).toBe(
      'owners',
    )
  })

  test('is due of an object that was not read of before', async () => {
    const others = names.filter((name) => name !== 'deals')
    const read = readAt(ago(0.1), { asked: askedAt(ago(0.1), others) })
    expect(await last({ ...readAnHourAgo, pipelines: read })).toBe('pipelines')
  })

  test('is due by what was read of these objects, whenever another process has read of others', async () => {
    const others = askedAt(ago(0.1), ['tickets', ...names.filter((name) => name !== 'deals')])
    const read = (deals: string) => readAt(ago(0.1), { asked: { ...others, deals } })
    expect(await last({ ...readAnHourAgo, pipelines: read(ago(1)) })).toBe('pipelines')
    expect(await last({ ...readAnHourAgo, pipelines: read(ago(0.9)) })).toBe('associations')
  })

  test('is due where a scope was lacking that was asked for by name', async () => {
    expect(await last({ ...readAnHourAgo, owners: readAt(null) })).toBe('owners')
  })

  test('goes before everything else that the last run did not come to', async () => {
    const mirror = await known(upToDate, { leftOut: ['associations', 'owners'] })
    expect(drawn(planRun(mirror, withReference, everything))[0]).toContain('owners')
  })

  test('goes first also while the backfill is not done', async () => {
    const mirror = await known({}, { leftOut: ['owners'] })
    expect(drawn(planRun(mirror, withReference, everything))[0]).toContain('owners')
  })
})

describe('who waits for whom', () => {
  const waits = (phases: ReturnType<typeof planRun>) =>
    phases
      .flatMap(({ jobs }) => jobs)
      .flatMap((job) => (job.kind === 'records' ? [job] : []))
      .map(({ name, waitsFor }) => [name, waitsFor.map((object) => object.name)])

  test('is told by the far ends that are still to be backfilled', async () => {
    expect(waits(planRun(await known({}), options, everything))).toEqual([
      ['companies', []],
      ['deals', ['companies']],
      ['contacts', ['companies', 'deals']],
    ])
  })

  test('leaves out those that are backfilled', async () => {
    const mirror = await known({ companies: backfilled })
    expect(waits(planRun(mirror, options, everything))).toEqual([
      ['companies', []],
      ['deals', []],
      ['contacts', ['deals']],
    ])
  })

  test('leaves out those that the run does not read', async () => {
    const jobs = jobsNamed(['contacts', 'deals'], options)
    const phases = planRun(await known({}), options, { jobs, sliced: false })
    expect(waits(phases)).toEqual([
      ['deals', []],
      ['contacts', ['deals']],
    ])
  })
})

describe('jobs that are named', () => {
  test('are those that the plan has', async () => {
    const jobs = jobsNamed(['deals:census', 'contacts'], options)
    const phases = planRun(await known(upToDate), options, { jobs, sliced: false })
    expect(drawn(phases)).toEqual(['contacts', 'deals:census'])
  })

  test('are begun anew, be they due or not', async () => {
    const jobs = jobsNamed(['deals:census', 'deals:archived'], options)
    const bin = walkedAt(ago(1), { calls: 1_000 })
    const mirror = await known({ ...upToDate, 'deals:archived': bin })
    const planned = planRun(mirror, options, { jobs, sliced: true }).flatMap(({ jobs }) => jobs)
    expect(planned.map((job) => 'anew' in job && job.anew)).toEqual([true, true])
  })

  test('leave what is enqueued to a run of everything', async () => {
    const queue = { next: 2, records: { contacts: { 5: 1 } } }
    const jobs = jobsNamed(['contacts'], options)
    const phases = planRun(await known({ queue }), options, { jobs, sliced: false })
    expect(drawn(phases)).toEqual(['contacts'])
  })

  test('say what is owed to their pairs where no sweep follows', async () => {
    const jobs = jobsNamed(['contacts'], options)
    const [{ jobs: [job] = [] } = {}] = planRun(await known({}), options, { jobs, sliced: false })
    const untold = job?.kind === 'records' ? job.untold.map(({ name }) => name) : []
    expect(untold).toEqual(['contacts_companies', 'contacts_deals'])
  })
})

describe('what the last run did not come to', () => {
  test('goes first', async () => {
    const mirror = await known(upToDate, { leftOut: ['associations'] })
    const phases = planRun(mirror, options, everything)
    expect(drawn(phases)).toEqual(['associations', records, bins])
  })

  test('waits for a backfill that is not done', async () => {
    const { deals: _, ...others } = upToDate
    const mirror = await known(others, { leftOut: ['associations'] })
    expect(drawn(planRun(mirror, options, everything))[0]).toContain(records)
  })

  test('leaves it to the records to say what is owed, where the sweeps come before them', async () => {
    const mirror = await known(upToDate, { leftOut: ['associations'] })
    const jobs = planRun(mirror, options, everything).flatMap((phase) => phase.jobs)
    const untold = jobs.flatMap((job) => (job.kind === 'records' ? job.untold : []))
    expect(untold.map(({ name }) => name)).toHaveLength(options.pairs.length)
  })
})
