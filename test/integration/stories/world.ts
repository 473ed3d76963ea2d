import assert from 'node:assert/strict'
import {
  createHubspotSync,
  type HubspotSync,
  isHubsyncError,
  type RunReport,
  type Store,
} from '@hubsync/core'
import { mirrorSchema } from '@hubsync/core/store'
import { createPortal, type Portal } from '@hubsync/emulator'
import {
  expectSameCatalogue,
  expectSameOwners,
  expectSamePipelines,
} from '../support/reference-equality.js'
import type { Database } from './databases.js'
import { type Definitions, objectsOf, optionsOf, pairsOf, spellings, types } from './definitions.js'
import { type Act, disorders, type Event, type Interrupt, type Story } from './events.js'
import { type Comparison, expectEqual } from './expect-equal.js'
import { faultOf, type Trouble } from './faults.js'
import { FeedReader, type Snapshot } from './feed-reader.js'
import { Fleet } from './fleet.js'
import { type Circumstances, inPeace, perform, type Work } from './perform.js'
import { PortalStory } from './portal-story.js'
import { Simulation } from './simulation.js'
import { StoreTroubles } from './store-troubles.js'
import { withTimersOn } from './timers-on-clock.js'

const SECOND = 1_000
const HOUR = 3_600_000
/** The jobs of what lies around the records. */
const aroundRecords = ['owners', 'pipelines', 'catalogue']

/** If search lags longer than the hour that a window reads again, no mirror can find a change. */
function disorderOf({ lag, disorder }: Story['setting']): keyof typeof disorders {
  return lag > 240_000 && disorder === 'indexed earlier' ? 'listed' : disorder
}

/** A view of the mirror from outside, by some definitions. */
interface Observer {
  definitions: Definitions
  store: Store
  reader: HubspotSync
}

/** The state that a database can be restored to. */
interface Backup {
  restore(): Promise<void>
  known: ReadonlyMap<string, ReadonlySet<string>>
  snapshot: Snapshot | undefined
}

/** A portal, its mirror on several machines, and the readers of the mirror. */
export class World {
  readonly #setting: Story['setting']
  readonly #database: Database
  readonly #log: string[]
  readonly #simulation = new Simulation('2026-06-01T08:00:00.000Z')
  readonly #portal: Portal
  readonly #hubspot: PortalStory
  readonly #fleet: Fleet
  readonly #storeTroubles = new StoreTroubles(this.#simulation)
  readonly #feed: FeedReader
  #observer: Observer | undefined
  /** All records that the mirror has ever had, by type. */
  #known = new Map<string, Set<string>>(types.map((type) => [type, new Set()]))
  readonly #isRestored: boolean
  #backup: Backup | undefined
  /** Whether a machine's clock has ever been wrong. */
  #isSkewed = false

  constructor({ setting, events }: Story, database: Database, log: string[]) {
    this.#setting = setting
    this.#database = database
    this.#log = log
    this.#isRestored = events.some(({ what }) => what === 'restore')
    const { lag, latency, idOrder, listOrder, pages, mergedInBin } = setting
    const { clock } = this.#simulation
    this.#portal = createPortal({
      ...{ seed: 7, clock, limits: false, journal: false, portalId: database.portalId },
      ...{ latency, idOrder, listOrder, associationPageSize: pages.inner },
      ...(lag === 0 ? {} : { searchLag: { min: 0, max: lag } }),
      ...{ searchDisorder: disorders[disorderOf(setting)], mergedInBin },
    })
    this.#hubspot = new PortalStory(
      this.#portal,
      clock,
      (line) => this.#say(line),
      setting.datedLinks,
    )
    this.#hubspot.populate(setting.records)
    this.#fleet = new Fleet({
      ...{ setting, database, simulation: this.#simulation, portal: this.#portal },
      troubles: this.#storeTroubles,
      onCommit: ({ rows = [] }) => {
        for (const { object, rows: written } of rows)
          for (const { id, partial } of written) if (!partial) this.#known.get(object)?.add(id)
      },
    })
    this.#feed = new FeedReader(String(database.portalId))
  }

  /** The mirror exists already, and a reader has taken a snapshot of it. */
  async begin(): Promise<void> {
    await this.#alone((sync) => sync.run())
    await this.#takeSnapshot()
    if (this.#isRestored) await this.#backUp()
  }

  async happen(event: Event): Promise<void> {
    if (event.what === 'change') this.#hubspot.happen(event.change, event.sameMoment)
    else if (event.what === 'fate') await this.#befall(event)
    else if (event.what === 'wait') this.#pass(event.ms)
    else if (event.what === 'step') this.#step(event.machine, event.ms)
    else if (event.what === 'trouble') this.#addTrouble(event.trouble)
    else if (event.what === 'recovery') this.#portal.clearFaults()
    else if (event.what === 'definitions') this.#define(event.machine, event.definitions)
    else if (event.what === 'restart') this.#fleet.kill(event.machine)
    else if (event.what === 'snapshot') await this.#takeSnapshot()
    else if (event.what === 'backup') await this.#backUp()
    else if (event.what === 'restore') await this.#restore()
    else await this.#act(event)
  }

  /** HubSpot catches up, one run of all objects and pairs completes, and everything is compared. */
  async end(): Promise<void> {
    const { clock } = this.#simulation
    this.#portal.clearFaults()
    clock.moveTo(clock.now() + this.#setting.lag + HOUR)
    this.#fleet.killAll()
    this.#fleet.define(0, { ...this.#fleet.definitions(0), lacks: 'nothing' })
    // A census would repair what the change windows have missed.
    const census = this.#hubspot.hasPurged ? 0 : false
    this.#fleet.machine(0, { census, associationSweep: 0 })
    const jobs = await this.#expectComplete()
    await this.#expectEqual(this.#fleet.definitions(0), { labels: this.#knowsLabels(jobs) })
    const around = await this.#alone((sync) => sync.run({ jobs: aroundRecords }))
    assert.equal(around.status, 'complete', 'the jobs of what lies around the records')
    await this.#expectAround(this.#fleet.definitions(0), around.jobs)
    // Jobs that were named read no links. The run after them reads those whose labels were renamed.
    if (this.#hubspot.hasRelabelled) await this.#expectComplete()
    await this.#alone((sync) => sync.refreshProperties({ properties: 'calculated' }))
    await this.#expectEqual(this.#fleet.definitions(0), { refreshed: true })
    // The first run may continue one that began before the mirror was equal, or in which HubSpot left something
    // unanswered.
    const { status, reason } = await this.#alone((sync) => sync.verify())
    if (status === 'partial') assert.match(reason ?? '', /unanswered|ids are unknown/)
    const fresh = await this.#alone((sync) => sync.verify())
    assert.equal(fresh.status, 'equal', 'what verify says of an equal mirror')
    const { reader, store } = await this.#observe()
    await this.#feed.expectEqual(reader, store)
    // Only a census asks again for what an earlier census has left open.
    this.#fleet.killAll()
    this.#fleet.machine(0, { census: 0, associationSweep: 0 })
    const last = Object.values(await this.#expectComplete())
    const moved = last.reduce((sum, { created, removed }) => sum + created + removed, 0)
    assert.equal(moved, 0, 'records that a census of an equal mirror creates and removes')
    this.#expectStatus(await this.#alone((sync) => sync.status()))
  }

  async #expectComplete(): Promise<RunReport['jobs']> {
    const { jobs } = await this.#alone((sync) => sync.run())
    assert.deepEqual(
      Object.entries(jobs)
        .filter(([, { status }]) => status !== 'complete')
        .map(([name, { reason }]) => `${name}: ${reason}`),
      [],
      'jobs that are not complete',
    )
    return jobs
  }

  #expectStatus(status: Awaited<ReturnType<HubspotSync['status']>>): void {
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
    // Runs are listed in the order of their machines' clocks. Only a sweep clears the error of a sweep.
    const isOld = this.#setting.datedLinks && status.lastError?.job === 'associations'
    if (!this.#isSkewed && !isOld)
      assert.equal(status.lastError, null, 'status() after a complete run')
  }

  async #befall({ machine, changes, act }: Extract<Event, { what: 'fate' }>): Promise<void> {
    const order = { seed: 0, overlap: false }
    for (const change of changes) {
      this.#hubspot.happen(change, false)
      const acts = [{ machine, act }]
      await this.#act({ what: 'acts', acts, rested: act.what === 'run', order, interrupts: [] })
    }
  }

  async #act({ acts, rested, order, interrupts }: Extract<Event, { what: 'acts' }>): Promise<void> {
    const abort = new AbortController()
    const { clock } = this.#simulation
    if (rested) clock.moveTo(this.#hubspot.changedAt + this.#knownToSearchAfter())
    const changedBefore = this.#hubspot.changedAt
    const beganAt = clock.now()
    const reports = await this.#perform(
      acts.map(({ machine, act }) => ({
        machine,
        work: () =>
          this.#begin(
            act,
            machine,
            AbortSignal.any([abort.signal, this.#fleet.machine(machine).process.signal]),
          ),
      })),
      { order, interrupts },
      abort,
    )
    const [first] = acts
    const [report] = reports as ({ status: string; jobs: RunReport['jobs'] } | undefined)[]
    // What a run without any other process has to do is done when it says so.
    if (
      acts.length !== 1 ||
      !first ||
      report?.status !== 'complete' ||
      interrupts.some(({ what }) => what.what === 'step') ||
      this.#hubspot.changedAt !== changedBefore
    )
      return
    const { machine, act } = first
    if (act.what === 'around')
      await this.#expectAround(this.#fleet.definitions(machine), report.jobs)
    const isKnown = changedBefore + this.#knownToSearchAfter() <= beganAt
    if (act.what === 'run' && act.jobs === null && isKnown)
      await this.#expectTrue(machine, report.jobs)
  }

  /** How long after a change search finds it where a window looks for it, in milliseconds. */
  #knownToSearchAfter(): number {
    const { lag, disorder } = this.#setting
    return SECOND + lag + (disorder === 'indexed later' ? disorders[disorder].indexed.max : 0)
  }

  /**
   * Checks a run that says it is complete. Without a census and a sweep, that doesn't include changes that have no
   * date.
   */
  async #expectTrue(machine: number, jobs: RunReport['jobs']): Promise<void> {
    const definitions = this.#fleet.definitions(machine)
    await this.#expectAround(definitions, jobs)
    const { everyRun, datedLinks } = this.#setting
    if (!everyRun && this.#hubspot.hasPurged) return
    this.#say('The run says that it is complete, so it is compared.')
    const labels = this.#knowsLabels(jobs)
    await this.#expectEqual(definitions, everyRun || datedLinks ? { labels } : { pairs: [] })
  }

  /** Holds what lies around the records against the portal, where these jobs have read it. */
  async #expectAround(definitions: Definitions, jobs: RunReport['jobs']): Promise<void> {
    const { store } = await this.#observe(definitions)
    const objects = objectsOf(definitions).map(({ name }) => name)
    if (isRead(jobs, 'owners')) await expectSameOwners(this.#portal, store)
    if (isRead(jobs, 'pipelines'))
      for (const object of objects) await expectSamePipelines(this.#portal, store, object)
    if (isRead(jobs, 'catalogue'))
      await expectSameCatalogue(this.#portal, store, objects, pairsOf(definitions))
  }

  /** Whether a run with these jobs has read all labels of associations: in a sweep, or where the catalogue has new ones. */
  #knowsLabels(jobs: RunReport['jobs']): boolean {
    const { everyRun, datedLinks } = this.#setting
    const isSwept = everyRun && !datedLinks
    return isSwept || !this.#hubspot.hasRelabelled || isRead(jobs, 'catalogue')
  }

  async #expectEqual(definitions: Definitions, given: Partial<Comparison> = {}): Promise<void> {
    const { store } = await this.#observe(definitions)
    await expectEqual(this.#portal, store, {
      ...{ objects: objectsOf(definitions), pairs: pairsOf(definitions) },
      ...{ known: this.#known, labels: true, refreshed: false, ...given },
    })
  }

  async #begin(act: Act, on: number, signal: AbortSignal): Promise<unknown> {
    const { sync } = this.#fleet.machine(on)
    const calls = 'calls' in act && act.calls !== null ? { maxCalls: act.calls } : {}
    if (act.what === 'run')
      return sync.run({
        ...{ signal, ...calls },
        ...(act.budget === null ? {} : { budgetMs: act.budget }),
        ...(act.jobs === null ? {} : { jobs: picked(sync.jobs, act.jobs) }),
      })
    if (act.what === 'around') return sync.run({ signal, jobs: aroundRecords })
    if (act.what === 'verify') return sync.verify({ signal, repair: act.repair, ...calls })
    if (act.what === 'refresh')
      return sync.refreshProperties({ signal, properties: 'calculated', ...calls })
    if (act.what === 'follow') return this.#follow(sync, act)
    if (act.what === 'touch' || act.what === 'accept') {
      const { spelling, lacks } = this.#fleet.definitions(on)
      const [type] = picked(
        types.filter((each) => each !== lacks),
        [act.type],
      ) as [(typeof types)[number]]
      const object = spellings[spelling][type]
      const ids = this.#idsOf(type, act.whom)
      if (act.what === 'touch') return sync.syncRecords(object, ids)
      return sync.enqueue(ids.map((id) => ({ object, id })))
    }
    return act.what === 'syncQueued' ? sync.syncQueued() : this.#read(sync)
  }

  async #read(sync: HubspotSync): Promise<void> {
    await sync.status()
    const [{ name }] = sync.objects as readonly [{ name: string }, ...unknown[]]
    for (let after: string | undefined; ; ) {
      const { results, paging } = await sync.list(name, { limit: 3, status: 'ALL', after })
      for (const { id } of results)
        assert.ok(after === undefined || id > after, 'the order of a list')
      after = paging.next?.after
      if (after === undefined) return
    }
  }

  /** Follows the feed by its cursor, whatever else happens. */
  async #follow(sync: HubspotSync, act: Extract<Act, { what: 'follow' }>): Promise<void> {
    for (let poll = 0; poll < act.polls; poll++) await this.#feed.follow(sync, act.limit)
  }

  /** Lets one machine do something that must not fail. */
  async #alone<T>(work: (sync: HubspotSync) => Promise<T>): Promise<T> {
    const [result] = await this.#perform(
      [{ machine: 0, work: () => work(this.#fleet.machine(0).sync) }],
      inPeace,
    )
    return result as T
  }

  async #perform(
    works: readonly Work[],
    circumstances: Circumstances,
    abort?: AbortController,
  ): Promise<unknown[]> {
    const interrupt = (what: Interrupt['what'], machine: number) => {
      if (what.what === 'kill') this.#fleet.kill(machine)
      else if (what.what === 'abort') abort?.abort()
      else if (what.what === 'step') this.#step(machine, what.ms)
      else if ('asked' in what) {
        this.#storeTroubles.begin(what)
        if (what.aborts) abort?.abort()
      } else this.#hubspot.happen(what, false)
    }
    const say = (line: string) => this.#say(line)
    const stage = { simulation: this.#simulation, fleet: this.#fleet, interrupt, say }
    try {
      return await withTimersOn(this.#simulation.clock, () => perform(stage, works, circumstances))
    } finally {
      this.#storeTroubles.end()
    }
  }

  #pass(ms: number): void {
    const { clock } = this.#simulation
    clock.moveTo(clock.now() + ms)
    if (ms >= 90 * 86_400_000) this.#hubspot.hasPurged = true
  }

  #step(on: number, ms: number): void {
    if (on < 0) return
    this.#isSkewed = true
    this.#say(`the clock of machine ${on} is now ${this.#fleet.step(on, ms)} ms ahead`)
  }

  #addTrouble(trouble: Trouble): void {
    const { fault, told } = faultOf(trouble, (whom) =>
      types.flatMap((type) => this.#idsOf(type, whom)),
    )
    this.#portal.fault(fault)
    this.#say(told)
  }

  #define(on: number, definitions: Definitions): void {
    const before = this.#fleet.definitions(on)
    this.#fleet.define(on, definitions)
    if (before.level !== definitions.level) this.#feed.filledIn = true
    const { level, spelling, lacks } = definitions
    this.#say(`machine ${on} mirrors level ${level} by ${spelling} names, and lacks ${lacks}`)
  }

  async #takeSnapshot(): Promise<void> {
    const observer = await this.#observeIfThere()
    if (!observer) return
    for (const type of types) {
      const state = await observer.store.readCheckpoint(String(this.#portal.portalId), type)
      const { phase } = (state?.state ?? {}) as { phase?: string }
      if (phase !== 'changes') return
    }
    await this.#feed.takeSnapshot(observer.reader, observer.store)
    this.#say('a reader takes a snapshot')
  }

  async #backUp(): Promise<void> {
    const restore = await this.#database.backUp()
    if (restore === undefined) return
    this.#backup = { restore, known: copied(this.#known), snapshot: this.#feed.snapshot }
    this.#say('the database is backed up')
  }

  async #restore(): Promise<void> {
    if (!this.#backup) return
    this.#fleet.killAll()
    this.#observer = undefined
    const { restore, known, snapshot } = this.#backup
    await restore()
    this.#known = copied(known)
    const observer = await this.#observeIfThere()
    await this.#feed.meetRestored(observer?.reader, snapshot)
    this.#say('the database is what it was at the latest backup')
  }

  /** Undefined before the first run. */
  #observeIfThere(): Promise<Observer | undefined> {
    return this.#observe().catch((error: unknown) => {
      if (isHubsyncError(error) && error.code === 'NOT_MIRRORED') return undefined
      throw error
    })
  }

  /** @param definitions - left out: with all that there may be. */
  async #observe(
    definitions: Definitions = { ...this.#fleet.definitions(0), lacks: 'nothing' },
  ): Promise<Observer> {
    const isSame = JSON.stringify(this.#observer?.definitions) === JSON.stringify(definitions)
    if (this.#observer && isSame) return this.#observer
    const store = this.#database.store()
    const { shared, portalId } = this.#database
    const reader = createHubspotSync({
      ...optionsOf(definitions),
      ...{ store, accessToken: 'unused', ...(shared ? { portalId } : {}) },
    }) as unknown as HubspotSync
    await reader.status()
    // Reads the tables without the mirror, also those that no run has created yet.
    const named = (name: string) => reader.objects.find((object) => object.name === name) as never
    const pairs = reader.pairs.map(([from, to]) => {
      return { name: `${from}_${to}`, from: named(from), to: named(to) }
    })
    await store.migrate(mirrorSchema(reader.objects, pairs))
    this.#observer = { definitions, store, reader }
    return this.#observer
  }

  #idsOf(type: string, whom: readonly number[]): string[] {
    const ids = [false, true].flatMap((archived) =>
      [...this.#portal.records(type, { archived })].map(({ id }) => id),
    )
    const gone = [...(this.#known.get(type) ?? [])].filter((id) => !ids.includes(id))
    const all = [...ids, ...gone]
    return all.length === 0 ? ['999'] : picked(all, whom)
  }

  #say(line: string): void {
    const now = new Date(this.#simulation.clock.now()).toISOString().slice(5, 23)
    this.#log.push(`   ${now} ${line}`)
  }
}

/** Whether a part of what lies around the records was read, and all of it. */
function isRead(jobs: RunReport['jobs'], part: string): boolean {
  return jobs[part]?.status === 'complete' && !jobs[part]?.leftOut
}

/** The items that numbers choose, each once. */
function picked<T>(from: readonly T[], numbers: readonly number[]): T[] {
  return [...new Set(numbers.map((number) => from[number % from.length] as T))]
}

function copied(known: ReadonlyMap<string, ReadonlySet<string>>): Map<string, Set<string>> {
  return new Map([...known].map(([type, ids]) => [type, new Set(ids)]))
}
