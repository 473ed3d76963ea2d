import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HistoryEntry } from '../../src/model.js'
import { type KnownEntry, type KnownGap, planHistory } from '../../src/store/plan-history.js'
import { minute } from '../support/planned-rows.js'

interface Mirrored {
  entries: KnownEntry[]
  gaps: (KnownGap & { isMerged: boolean })[]
}

/** Records that change, are merged, and are read: what HubSpot has of each, and what is stored. */
class World {
  readonly #cap: number
  #now = 0
  /** By record, oldest first. A merged record's are among those of its winner. */
  readonly truth = new Map<number, HistoryEntry[]>()
  readonly mirror = new Map<number, Mirrored>()
  /** The losers, with their winners. */
  readonly merges = new Map<number, number>()
  readonly #unmoved = new Set<number>()
  /** Those that weren't read yet. */
  readonly #isNew = new Set<number>()

  constructor(cap: number) {
    this.#cap = cap
    for (const id of [0, 1, 2, 3]) this.#make(id)
  }

  #make(id: number): void {
    this.truth.set(id, [])
    this.mirror.set(id, { entries: [], gaps: [] })
    this.#isNew.add(id)
  }

  get live(): number[] {
    return [...this.truth.keys()].filter((id) => !this.merges.has(id))
  }

  change(id: number): void {
    if (this.merges.has(id) || !this.truth.has(id)) return
    const at = this.#now++
    this.#of(this.truth, id).push({
      ...{ changedAt: minute(at), value: `v${at}`, sourceType: 'API' },
      ...{ sourceRef: null, sourceLabel: null, userId: null },
    })
  }

  merge(loser: number, winner: number): void {
    if (loser === winner || this.#isGone(loser) || this.#isGone(winner)) return
    const both = [...this.#of(this.truth, loser), ...this.#of(this.truth, winner)]
    this.truth.set(
      winner,
      both.sort((a, b) => (a.changedAt < b.changedAt ? -1 : 1)),
    )
    this.merges.set(loser, winner)
    this.#unmoved.add(loser)
  }

  /** Merges two records into a third one, with a new id. */
  mergeAnew(one: number, other: number): void {
    if (one === other || this.#isGone(one) || this.#isGone(other)) return
    const winner = this.truth.size
    this.#make(winner)
    this.merge(one, winner)
    this.merge(other, winner)
  }

  /** What HubSpot gives of a record now: newest first. */
  given(id: number): HistoryEntry[] {
    return this.#of(this.truth, id).slice(-this.#cap).reverse()
  }

  read(id: number, given = this.given(id)): void {
    const known = this.#of(this.mirror, id)
    const losers = [...this.#unmoved].filter((loser) => this.#winnerOf(loser) === id)
    const own = known.gaps.filter(({ isMerged }) => !isMerged)
    const entriesOfLosers = losers.flatMap((loser) => this.#of(this.mirror, loser).entries)
    const change = planHistory(
      { entries: known.entries, gaps: own },
      given,
      this.#cap,
      minute(this.#now),
      { losers: entriesOfLosers, isNew: this.#isNew.delete(id) },
    )
    const isWritten = new Set(change.written.map(({ changedAt }) => changedAt))
    const ends = [...change.filled, ...change.gaps.map(({ before }) => before)]
    this.mirror.set(id, {
      entries: [
        ...known.entries.filter(({ changedAt }) => !isWritten.has(changedAt)),
        ...change.written.map((entry) => ({ ...entry, mergedFrom: null })),
      ].sort((a, b) => (a.changedAt < b.changedAt ? -1 : 1)),
      gaps: [
        ...known.gaps.filter(({ before }) => !ends.includes(before)),
        ...change.gaps.map((gap) => ({ ...gap, isMerged: false })),
      ],
    })
  }

  /** Moves what is stored of the losers, as a store does it with their tombstones. */
  move(): void {
    for (const loser of this.#unmoved) {
      const winner = this.#of(this.mirror, this.#winnerOf(loser))
      const { entries, gaps } = this.#of(this.mirror, loser)
      const taken = new Set(winner.entries.map(({ changedAt }) => changedAt))
      const ends = new Set(winner.gaps.map(({ before }) => before))
      for (const entry of entries)
        if (!taken.has(entry.changedAt)) winner.entries.push({ ...entry, mergedFrom: `${loser}` })
      winner.entries.sort((a, b) => (a.changedAt < b.changedAt ? -1 : 1))
      for (const gap of gaps)
        if (!ends.has(gap.before)) winner.gaps.push({ ...gap, isMerged: true })
      this.mirror.set(loser, { entries: [], gaps: [] })
    }
    this.#unmoved.clear()
  }

  /** Reads all records, and moves the histories of the losers before, or after, or not yet. */
  run(when: Moving): void {
    if (when === 'before') this.move()
    for (const id of this.live) this.read(id)
    if (when === 'after') this.move()
  }

  /** Whether each record's next reading shows that nothing is missing since the one before. */
  isKeptUpWith(): boolean {
    return this.live.every((id) => {
      const given = this.given(id)
      const newest = this.#of(this.mirror, id).entries.findLast(({ mergedFrom }) => !mergedFrom)
      if (newest) return given.some(({ changedAt }) => changedAt === newest.changedAt)
      const losers = [...this.#unmoved].filter((loser) => this.#winnerOf(loser) === id)
      const known = losers.flatMap((loser) => this.#of(this.mirror, loser).entries)
      const isKnown = ({ changedAt }: HistoryEntry) =>
        known.some((entry) => entry.changedAt === changedAt)
      return given.length < this.#cap || (this.#isNew.has(id) && given.some(isKnown))
    })
  }

  copy(): World {
    const copy = new World(this.#cap)
    copy.#now = this.#now
    copy.#isNew.clear()
    for (const id of this.#isNew) copy.#isNew.add(id)
    for (const [id, entries] of this.truth) copy.truth.set(id, [...entries])
    for (const [id, { entries, gaps }] of this.mirror)
      copy.mirror.set(id, { entries: [...entries], gaps: [...gaps] })
    for (const [loser, winner] of this.merges) copy.merges.set(loser, winner)
    for (const loser of this.#unmoved) copy.#unmoved.add(loser)
    return copy
  }

  #isGone(id: number): boolean {
    return this.merges.has(id) || !this.truth.has(id)
  }

  #winnerOf(id: number): number {
    const winner = this.merges.get(id)
    return winner === undefined ? id : this.#winnerOf(winner)
  }

  #of<Value>(of: Map<number, Value>, id: number): Value {
    return of.get(id) as Value
  }
}

type Moving = 'before' | 'after' | 'later'
type Event =
  | { kind: 'change'; id: number; times: number }
  | { kind: 'merge'; loser: number; winner: number; isAnew: boolean }
  | { kind: 'run'; when: Moving }
  | { kind: 'late'; id: number }

function merge(world: World, { loser, winner, isAnew }: Event & { kind: 'merge' }): void {
  if (isAnew) world.mergeAnew(loser, winner)
  else world.merge(loser, winner)
}

const record = fc.nat({ max: 6 })
const moving = fc.constantFrom<Moving>('before', 'after', 'later')
const events: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('change' as const),
        id: record,
        times: fc.integer({ min: 1, max: 6 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('merge' as const),
        ...{ loser: record, winner: record, isAnew: fc.boolean() },
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('run' as const), when: moving }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('late' as const), id: record }) },
  ),
  { minLength: 1, maxLength: 30 },
)
const caps = fc.integer({ min: 1, max: 6 })

describe('readings and merges in any order', () => {
  test('leave nothing out that is in no gap', () => {
    fc.assert(
      fc.property(events, caps, (given, cap) => {
        const world = new World(cap)
        const late: { id: number; given: HistoryEntry[] }[] = []
        for (const event of given) {
          if (event.kind === 'change')
            for (let times = 0; times < event.times; times++) world.change(event.id)
          if (event.kind === 'merge') merge(world, event)
          if (event.kind === 'run') {
            world.run(event.when)
            for (const { id, given } of late.splice(0))
              if (!world.merges.has(id)) world.read(id, given)
          }
          // A reading that another process made, and commits after the next run.
          if (event.kind === 'late' && world.live.includes(event.id))
            late.push({ id: event.id, given: world.given(event.id) })
        }
        world.run('after')
        for (const id of world.live) {
          const { entries, gaps } = world.mirror.get(id) as Mirrored
          const isHere = new Set(entries.map(({ changedAt }) => changedAt))
          for (const { changedAt } of world.truth.get(id) as HistoryEntry[])
            if (!isHere.has(changedAt))
              expect(
                gaps.some(({ after, before }) => (after ?? '') < changedAt && changedAt < before),
                `${id} lacks ${changedAt}`,
              ).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('leave no gap where every record is read before HubSpot drops anything', () => {
    fc.assert(
      fc.property(events, caps, moving, (given, cap, when) => {
        let world = new World(cap)
        const apply = (then: (world: World) => void) => {
          const next = world.copy()
          then(next)
          if (next.isKeptUpWith()) {
            world = next
            return
          }
          world.run(when)
          then(world)
          if (!world.isKeptUpWith()) fc.pre(false)
        }
        for (const event of given) {
          if (event.kind === 'change')
            for (let times = 0; times < event.times; times++) apply((to) => to.change(event.id))
          if (event.kind === 'merge') {
            const after = world.copy()
            after.run('after')
            merge(after, event)
            if (event.isAnew) world.run(when)
            if (after.isKeptUpWith()) apply((to) => merge(to, event))
          }
          if (event.kind === 'run') world.run(event.when)
        }
        world.run('after')
        for (const id of world.live) {
          const { entries, gaps } = world.mirror.get(id) as Mirrored
          expect(gaps).toEqual([])
          expect(entries.map(({ changedAt }) => changedAt)).toEqual(
            world.truth.get(id)?.map(({ changedAt }) => changedAt),
          )
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
