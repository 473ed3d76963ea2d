import assert from 'node:assert/strict'
import {
  createHubspotSync,
  type HubspotSync,
  type HubspotSyncOptions,
  isHubsyncError,
  type Store,
} from '@hubsync/core'
import { createPortal, type Portal } from '@hubsync/emulator'
import { loadTelemetry } from '../../../packages/core/src/telemetry.js'
import type { Database, DatabaseKind } from './databases.js'
import { levels, types } from './definitions.js'
import {
  type Act,
  type Disorder,
  disorders,
  type Event,
  type Interrupt,
  operations,
  type Story,
} from './events.js'
import { expectEqual } from './expect-equal.js'
import { FeedReader } from './feed-reader.js'
import { PortalStory } from './portal-story.js'
import { Process } from './process.js'
import { Simulation } from './simulation.js'

/** What no run ever may end with, whatever happens around it. */
const neverEndsWith = [
  'UNEXPECTED',
  'STORE_FAILED',
  'SCHEMA_CONFLICT',
  'SCHEMA_TOO_NEW',
  'REMOVAL_REFUSED',
  'INVALID_OPTION',
]

const HOUR = 3_600_000

/** Later than the hour that a window reads again no mirror could find a change. */
function disorderOf({ lag, disorder }: Story['setting']): Disorder {
  return lag > 240_000 && disorder === 'indexed earlier' ? 'listed' : disorder
}

type Circumstances = Pick<Extract<Event, { what: 'acts' }>, 'order' | 'interrupts'> & {
  /** Whether nothing may fail. */
  peaceful?: boolean
}

const inPeace: Circumstances = {
  ...{ order: { seed: 0, overlap: false }, interrupts: [] },
  peaceful: true,
}

interface Machine {
  skew: number
  process: Process
  sync: HubspotSync
}

/** Tells a story on a database of its own. Where it differs, the error says what happened. */
export async function tellOn(kind: DatabaseKind, story: Story): Promise<void> {
  const log: string[] = []
  const database = await kind.open()
  try {
    await tellStory(story, database, log)
  } catch (error) {
    throw new Error(`${(error as Error).stack}\n\nWhat happened:\n${log.join('\n')}`)
  } finally {
    await database.close()
  }
}

/** Tells a story, then lets HubSpot rest, and holds the mirror against it. What happened is written into `log`. */
async function tellStory(story: Story, database: Database, log: string[]): Promise<void> {
  // A first run looks for it on the disk, which takes time that no clock here counts.
  await loadTelemetry()
  const world = new World(story, database, log)
  if (story.setting.backfilled) await world.begin()
  for (const [index, event] of story.events.entries()) {
    log.push(`${index + 1}. ${nameOf(event)}`)
    await world.happen(event)
  }
  log.push('At the end:')
  await world.end()
}

function nameOf(event: Event): string {
  if (event.what === 'change') return event.change.what
  if (event.what === 'acts') return event.acts.map(({ act }) => act.what).join(' beside ')
  return event.what
}

/** A look at the mirror from outside. */
interface Observer {
  store: Store
  reader: HubspotSync
}

class World {
  readonly #setting: Story['setting']
  readonly #database: Database
  readonly #log: string[]
  readonly #simulation = new Simulation('2026-06-01T08:00:00.000Z')
  readonly #portal: Portal
  readonly #hubspot: PortalStory
  readonly #skews = [0, 0]
  readonly #machines: (Machine | undefined)[] = []
  readonly #feed: FeedReader
  /** Looks at the mirror from outside of the story. */
  #observer: Observer | undefined
  readonly #known = new Map<string, Set<string>>(types.map((type) => [type, new Set()]))
  #level = 0
  #processes = 0
  /** Whether a machine's clock has ever been wrong. */
  #isSkewed = false
  #tokens = 0

  constructor({ setting }: Story, database: Database, log: string[]) {
    this.#setting = setting
    this.#database = database
    this.#log = log
    const { lag, latency, idOrder, pages, mergedInBin } = setting
    const { clock } = this.#simulation
    this.#portal = createPortal({
      ...{ seed: 7, clock, limits: false, journal: false, portalId: database.portalId },
      ...{ latency, idOrder, associationPageSize: pages.inner },
      ...(lag === 0 ? {} : { searchLag: { min: 0, max: lag } }),
      ...{ searchDisorder: disorders[disorderOf(setting)], mergedInBin },
    })
    this.#hubspot = new PortalStory(this.#portal, clock, (line) => this.#say(line))
    this.#hubspot.populate(setting.records)
    this.#feed = new FeedReader(String(database.portalId))
  }

  /** The mirror is there already, and a reader has taken a snapshot of it. */
  async begin(): Promise<void> {
    await this.#perform([{ machine: 0, work: () => this.#machine(0).sync.run() }], inPeace)
    await this.#takeSnapshot()
  }

  async happen(event: Event): Promise<void> {
    if (event.what === 'change') this.#hubspot.happen(event.change, event.sameMoment)
    else if (event.what === 'wait') this.#pass(event.ms)
    else if (event.what === 'step') this.#step(event.machine, event.ms)
    else if (event.what === 'fault') this.#addFault(event)
    else if (event.what === 'definitions') this.#define(event.level)
    else if (event.what === 'restart') this.#machines[event.machine]?.process.kill()
    else if (event.what === 'snapshot') await this.#takeSnapshot()
    else await this.#act(event)
  }

  /** HubSpot comes to rest, one run completes, and everything is compared. */
  async end(): Promise<void> {
    const { clock } = this.#simulation
    this.#portal.clearFaults()
    clock.moveTo(clock.now() + this.#setting.lag + HOUR)
    for (const machine of this.#machines) machine?.process.kill()
    this.#machines.length = 0
    // A census would mend what the change windows have missed.
    const census = this.#hubspot.hasPurged ? 0 : false
    const { sync } = this.#machine(0, { census, associationSweep: 0 })
    const told = await this.#perform([{ machine: 0, work: () => sync.run() }], inPeace)
    const [report] = told as {
      status: string
      jobs: Record<string, { status: string; reason?: string }>
    }[]
    const open = Object.entries(report?.jobs ?? {}).filter(([, job]) => job.status !== 'complete')
    assert.deepEqual(
      open.map(([name, { reason }]) => `${name}: ${reason}`),
      [],
      'jobs that are not complete',
    )
    const { store: observer, reader } = await this.#observe()
    const compared = { objects: levels[this.#level] ?? [], known: this.#known }
    await expectEqual(this.#portal, observer, { ...compared, refreshed: false })
    await this.#perform(
      [{ machine: 0, work: () => sync.refresh({ properties: 'calculated' }) }],
      inPeace,
    )
    await expectEqual(this.#portal, observer, { ...compared, refreshed: true })
    // The first may go on with one that began when the mirror was not equal yet, or to which HubSpot left something unanswered.
    for (const isFresh of [false, true]) {
      const verify = { machine: 0, work: () => sync.verify() }
      const [verified] = (await this.#perform([verify], inPeace)) as {
        status: string
        reason?: string
      }[]
      if (isFresh) assert.equal(verified?.status, 'equal', 'what verify says of an equal mirror')
      else if (verified?.status === 'partial') assert.match(verified.reason ?? '', /unanswered/)
    }
    await this.#feed.expectEqual(reader, observer)
    await this.#expectStatus(sync)
  }

  async #expectStatus(sync: HubspotSync): Promise<void> {
    const [status] = (await this.#perform(
      [{ machine: 0, work: () => sync.status() }],
      inPeace,
    )) as [Awaited<ReturnType<HubspotSync['status']>>]
    for (const type of types) {
      const { active, archived, phase, openWindows, unanswered } = status.objects[
        type
      ] as (typeof status.objects)[string]
      assert.deepEqual(
        { active, archived, phase, openWindows, unanswered },
        {
          ...{
            active: this.#portal.count(type),
            archived: this.#portal.count(type, { archived: true }),
          },
          ...{ phase: 'changes', openWindows: 0, unanswered: 0 },
        },
        `status() of ${type}`,
      )
    }
    // Runs are told in the order of their machines' clocks; an error of a census is got over by a census alone.
    if (!this.#isSkewed && this.#hubspot.hasPurged)
      assert.equal(status.lastError, null, 'status() after a complete run')
  }

  async #act({ acts, order, interrupts }: Extract<Event, { what: 'acts' }>): Promise<void> {
    const abort = new AbortController()
    const changedBefore = this.#hubspot.changedAt
    const beganAt = this.#simulation.clock.now()
    const reports = await this.#perform(
      acts.map(({ machine, act }) => ({
        machine,
        work: () =>
          this.#begin(
            act,
            machine,
            AbortSignal.any([abort.signal, this.#machine(machine).process.signal]),
          ),
      })),
      { order, interrupts },
      abort,
    )
    const [first] = acts
    const [report] = reports as ({ status: string } | undefined)[]
    // What a run alone in the world has to bring about, it has brought about when it says so.
    if (
      acts.length === 1 &&
      first?.act.what === 'run' &&
      first.act.jobs === null &&
      report?.status === 'complete' &&
      this.#setting.everyRun &&
      this.#setting.lag === 0 &&
      this.#setting.disorder !== 'indexed later' &&
      interrupts.every(({ what }) => what.what !== 'step') &&
      this.#hubspot.changedAt === changedBefore &&
      changedBefore + 1_000 <= beganAt
    ) {
      this.#say('The run says that it is complete, so it is compared.')
      const { store } = await this.#observe()
      await expectEqual(this.#portal, store, {
        ...{ objects: levels[this.#level] ?? [], known: this.#known, refreshed: false },
      })
    }
  }

  /** Lets several go about their work, until each has ended or been killed. Gives what came of it. */
  async #perform(
    works: { machine: number; work: () => Promise<unknown> }[],
    { order, interrupts, peaceful = false }: Circumstances,
    abort?: AbortController,
  ): Promise<unknown[]> {
    const results: unknown[] = works.map(() => undefined)
    const failures: unknown[] = []
    const open = new Map<number, Process>()
    for (const [index, { machine, work }] of works.entries()) {
      open.set(index, this.#machine(machine).process)
      work()
        .then(
          (result) => {
            results[index] = result
            this.#say(`${this.#machines[machine]?.process.name}: ${outcomeOf(result)}`)
          },
          (error: unknown) => {
            const isMeant = isHubsyncError(error) && !neverEndsWith.includes(error.code)
            if (!isMeant || peaceful) failures.push(error)
            else this.#say(`${this.#machines[machine]?.process.name}: ${error.code}`)
          },
        )
        .finally(() => open.delete(index))
    }
    const isOver = () => [...open.values()].every((process) => process.isDead)
    await this.#simulation.drive(isOver, order, (number, side, step) => {
      for (const interrupt of interrupts)
        if (interrupt.at === number && interrupt.side === side)
          this.#interrupt(
            interrupt.what,
            `${side} step ${number} (${step.name})`,
            () => {
              for (const machine of this.#machines)
                if (machine && step.name.startsWith(`${machine.process.name}:`)) return machine
              return undefined
            },
            abort,
          )
    })
    for (const failure of failures) throw failure
    for (const result of results) expectNoSurprise(result)
    return results
  }

  #interrupt(
    what: Interrupt['what'],
    when: string,
    machineOfStep: () => Machine | undefined,
    abort?: AbortController,
  ): void {
    const machine = machineOfStep()
    this.#say(`${when}: ${what.what}`)
    if (what.what === 'kill') machine?.process.kill()
    else if (what.what === 'abort') abort?.abort()
    else if (what.what === 'step') this.#step(this.#machines.indexOf(machine), what.ms)
    else this.#hubspot.happen(what, false)
  }

  async #begin(act: Act, on: number, signal: AbortSignal): Promise<unknown> {
    const { sync } = this.#machine(on)
    const calls = 'calls' in act && act.calls !== null ? { maxCalls: act.calls } : {}
    if (act.what === 'run')
      return sync.run({
        ...{ signal, ...calls },
        ...(act.budget === null ? {} : { budgetMs: act.budget }),
        ...(act.jobs === null ? {} : { jobs: act.jobs.map((job) => sync.jobs[job] as string) }),
      })
    if (act.what === 'verify') return sync.verify({ signal, repair: act.repair, ...calls })
    if (act.what === 'refresh') return sync.refresh({ signal, properties: 'calculated', ...calls })
    if (act.what === 'follow') return this.#follow(sync, act)
    if (act.what === 'touch' || act.what === 'accept') {
      const type = types[act.type] as (typeof types)[number]
      const ids = this.#idsOf(type, act.whom)
      if (act.what === 'touch') return sync.touch(type, ids)
      return sync.accept(ids.map((id) => ({ object: type, id })))
    }
    return act.what === 'drain' ? sync.drain() : this.#read(sync)
  }

  async #read(sync: HubspotSync): Promise<void> {
    await sync.status()
    for (let after: string | undefined; ; ) {
      const { results, paging } = await sync.list('contacts', {
        ...{ limit: 3, status: 'ALL' },
        ...(after === undefined ? {} : { after }),
      })
      for (const { id } of results)
        assert.ok(after === undefined || id > after, 'the order of a list')
      after = paging.next?.after
      if (after === undefined) return
    }
  }

  /** Follows the feed by its cursor, whatever goes on meanwhile. */
  async #follow(
    sync: HubspotSync,
    { limit, polls }: Extract<Act, { what: 'follow' }>,
  ): Promise<void> {
    for (let poll = 0; poll < polls; poll++) {
      const after = this.#feed.cursor
      const page = await sync.changes({ after, limit })
      // Another follower may have come further meanwhile.
      if (this.#feed.cursor === after) this.#feed.meet(page)
    }
  }

  #pass(ms: number): void {
    const { clock } = this.#simulation
    clock.moveTo(clock.now() + ms)
    if (ms >= 90 * 86_400_000) this.#hubspot.hasPurged = true
  }

  #addFault({ kind, operation, after, times, whom }: Extract<Event, { what: 'fault' }>): void {
    const where = operations[operation]
    const ids = types.flatMap((type) => this.#idsOf(type, whom))
    this.#portal.fault({ ...{ kind, after, times, ids }, ...(where ? { operation: where } : {}) })
    this.#say(`${times} of ${where ?? 'all'} calls will meet: ${kind}`)
  }

  #define(level: number): void {
    this.#level = level
    this.#feed.filledIn = true
    this.#observer = undefined
    for (const machine of this.#machines) machine?.process.kill()
  }

  #step(on: number, ms: number): void {
    if (on < 0) return
    this.#isSkewed = true
    this.#skews[on] = (this.#skews[on] ?? 0) + ms
    this.#say(`the clock of machine ${on} is now ${this.#skews[on]} ms ahead`)
  }

  async #takeSnapshot(): Promise<void> {
    const observer = await this.#observe().catch(() => undefined)
    if (!observer) return
    for (const type of types) {
      const state = await observer.store.readCheckpoint(String(this.#portal.portalId), type)
      const { phase } = (state?.state ?? {}) as { phase?: string }
      if (phase !== 'changes') return
    }
    await this.#feed.takeSnapshot(observer.reader, observer.store)
    this.#say('a reader takes a snapshot')
  }

  async #observe(): Promise<Observer> {
    if (!this.#observer) {
      const store = this.#database.store()
      // A read brings the tables in place, and asks HubSpot nothing.
      const reader = createHubspotSync({ ...this.#options(store), accessToken: 'unused' })
      await reader.status()
      this.#observer = { store, reader }
    }
    return this.#observer
  }

  #options(store: Store) {
    return {
      store,
      objects: levels[this.#level] as never,
      ...(this.#database.shared ? { portalId: this.#database.portalId } : {}),
    }
  }

  /** The process that runs on a machine; a new one where the last was killed. */
  #machine(
    on: number,
    due: Pick<HubspotSyncOptions, 'census' | 'associationSweep'> = this.#setting.everyRun
      ? { census: 0, associationSweep: 0 }
      : {},
  ): Machine {
    const there = this.#machines[on]
    if (there && !there.process.isDead) return there
    const process = new Process(
      `process ${++this.#processes}`,
      this.#simulation,
      () => this.#skews[on] ?? 0,
    )
    const store = process.store(this.#database.store(), (batch) => {
      for (const { object, rows } of batch.rows ?? [])
        for (const { id, partial } of rows) if (!partial) this.#known.get(object)?.add(id)
    })
    const { pages, apiVersion } = this.#setting
    const sync = createHubspotSync({
      ...this.#options(store),
      client: process.client(this.#portal, pages),
      accessToken: () => this.#token(),
      clock: process.clock,
      apiVersion,
      removalShare: 1,
      limits: { burst: 1e9, search: 1e9, associations: 1e9 },
      ...due,
    }) as unknown as HubspotSync
    const machine = { skew: 0, process, sync }
    this.#machines[on] = machine
    return machine
  }

  /** Each time another token, as OAuth gives. */
  #token(): string {
    const token = `token-${++this.#tokens}`
    this.#portal.addToken(token)
    return token
  }

  #idsOf(type: string, whom: readonly number[]): string[] {
    const ids = [false, true].flatMap((archived) =>
      [...this.#portal.records(type, { archived })].map(({ id }) => id),
    )
    const gone = [...(this.#known.get(type) ?? [])].filter((id) => !ids.includes(id))
    const all = [...ids, ...gone]
    return all.length === 0
      ? ['999']
      : [...new Set(whom.map((each) => all[each % all.length] as string))]
  }

  #say(line: string): void {
    const now = new Date(this.#simulation.clock.now()).toISOString().slice(5, 23)
    this.#log.push(`   ${now} ${line}`)
  }
}

function outcomeOf(result: unknown): string {
  const { status, jobs } = (result ?? {}) as {
    status?: string
    jobs?: Record<string, { status: string; reason?: string }>
  }
  if (typeof status !== 'string') return 'done'
  const open = Object.entries(jobs ?? {}).filter(([, job]) => job.status !== 'complete')
  return [status, ...open.map(([name, { reason }]) => `${name}: ${reason}`)].join('; ')
}

function expectNoSurprise(result: unknown): void {
  const { jobs, errors } = (result ?? {}) as {
    jobs?: Record<string, { error?: { code: string; message: string } }>
    errors?: Record<string, { code: string; message: string }>
  }
  const all = [
    ...Object.values(jobs ?? {}).map(({ error }) => error),
    ...Object.values(errors ?? {}),
  ]
  const surprise = all.find((error) => error && neverEndsWith.includes(error.code))
  assert.equal(surprise, undefined, `a job ended with ${surprise?.code}: ${surprise?.message}`)
}
