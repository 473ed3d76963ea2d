import type { PortalOptions, SearchDisorder } from '@hubsync/emulator'
import fc from 'fast-check'
import { type AroundChange, aroundChanges, aroundFates } from './around-records.js'
import { type LabelChange, labelChanges } from './association-labels.js'
import { type Definitions, lacks } from './definitions.js'
import { type Trouble, troubles } from './faults.js'
import type { Order } from './simulation.js'
import { type StoreTrouble, storeTroubles } from './store-troubles.js'

/** An event in the portal. Numbers choose the records. */
export type Change =
  | { what: 'create'; type: number; whom: number; below: boolean }
  | { what: 'import'; type: number; count: number; whom: number }
  | {
      what: 'update' | 'archive' | 'restore' | 'purge' | 'privacy delete' | 'calculate'
      type: number
      whom: number
    }
  /** A property gets many values, one after the other: more than HubSpot keeps of most. */
  | { what: 'change often'; type: number; whom: number; times: number }
  | { what: 'empty bin' }
  | { what: 'merge'; type: number; whom: number; other: number }
  | { what: 'assign'; type: number; whom: number; other: number }
  | AroundChange
  | LabelChange
  | {
      what: 'associate' | 'dissociate'
      pair: number
      whom: number
      other: number
      as: 'plain' | 'primary' | 'labelled'
    }

/** Something that a mirror does. */
export type Act =
  | { what: 'run'; calls: number | null; budget: number | null; jobs: number[] | null }
  | { what: 'verify'; repair: boolean; calls: number | null }
  | { what: 'refresh'; calls: number | null }
  | { what: 'touch' | 'accept'; type: number; whom: number[] }
  /** `around`: the jobs of what lies around the records, whether they are due or not. */
  | { what: 'syncQueued' | 'read' | 'around' }
  | { what: 'follow'; limit: number; polls: number }

/** An event that happens before or after a step of another event. `step` is its number. */
export type Interrupt = {
  at: number
  side: 'before' | 'after'
  what: Change | { what: 'kill' } | { what: 'abort' } | { what: 'step'; ms: number } | StoreTrouble
}

/** Events one after the other. */
export type Event =
  | { what: 'change'; change: Change; sameMoment: boolean }
  /** Changes of one thing, each of which is read before the next. */
  | { what: 'fate'; machine: number; changes: Change[]; act: Act }
  | { what: 'wait'; ms: number }
  /** The clock of a mirror's machine is set to another time. */
  | { what: 'step'; machine: number; ms: number }
  | { what: 'trouble'; trouble: Trouble }
  /** HubSpot answers correctly again. */
  | { what: 'recovery' }
  /** A machine has another process from now on, which mirrors more or less than the one before. */
  | { what: 'definitions'; machine: number; definitions: Definitions }
  | { what: 'restart'; machine: number }
  | { what: 'snapshot' }
  | { what: 'backup' }
  /** The database is restored from the latest backup. */
  | { what: 'restore' }
  | {
      what: 'acts'
      /** Whether HubSpot has caught up before, so that its search includes every change. */
      rested: boolean
      acts: { machine: number; act: Act }[]
      interrupts: Interrupt[]
      order: Order
    }

/** By how much search misplaces records. */
type Disorder = keyof typeof disorders

const MINUTE = 60_000

export const disorders = {
  none: {},
  listed: { listed: { min: -55 * MINUTE, max: 55 * MINUTE } },
  /** With the lag that some stories add, it stays within the hour that each window reads again. */
  'indexed earlier': { indexed: { min: -50 * MINUTE, max: 0 }, share: 0.5 },
  'indexed later': { indexed: { min: 0, max: 40 * MINUTE }, share: 0.5 },
} satisfies Record<string, SearchDisorder>

/** The settings of a whole story. */
interface Setting {
  lag: number
  disorder: Disorder
  /** Whether HubSpot lists the losers of merges in its bin. */
  mergedInBin: boolean
  latency: number
  pages: { list: number; search: number; inner: number }
  idOrder: NonNullable<PortalOptions['idOrder']>
  listOrder: NonNullable<PortalOptions['listOrder']>
  /** The names of types in the first processes' definitions. */
  spelling: Definitions['spelling']
  /** What the second machine doesn't mirror at the start. */
  lacks: Definitions['lacks']
  apiVersion: '2026-03' | '2026-09' | 'v3'
  /**
   * Whether associating a record changes it too, in a property that mirrors the association. Then no sweep is needed,
   * and none is made.
   */
  datedLinks: boolean
  /** Whether every run makes a census, and also a sweep if associations change no date. */
  everyRun: boolean
  backfilled: boolean
  records: { contacts: number; companies: number; deals: number }
}

export interface Story {
  setting: Setting
  events: Event[]
}

const number = fc.nat(1_000)
const type = fc.nat(2)
const whom = fc.array(number, { minLength: 1, maxLength: 4 })
const is = <T extends string>(...values: T[]) => fc.constantFrom(...values)
const spelling = is<Definitions['spelling']>('plural', 'singular', 'capitals', 'id')
/** Null in three of four cases. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ what: is('create'), type, whom: number, below: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: is('import'),
      type,
      count: fc.integer({ min: 2, max: 9 }),
      whom: number,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      what: is('update', 'archive', 'restore', 'calculate'),
      type,
      whom: number,
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: is('purge', 'privacy delete'), type, whom: number }) },
  { weight: 1, arbitrary: fc.record({ what: is('empty bin') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: is('change often'),
      ...{ type, whom: number, times: fc.integer({ min: 5, max: 60 }) },
    }),
  },
  { weight: 3, arbitrary: fc.record({ what: is('assign'), type, whom: number, other: number }) },
  { weight: 8, arbitrary: aroundChanges },
  { weight: 2, arbitrary: labelChanges },
  { weight: 3, arbitrary: fc.record({ what: is('merge'), type, whom: number, other: number }) },
  {
    weight: 7,
    arbitrary: fc.record({
      what: is('associate', 'associate', 'dissociate'),
      ...{ pair: fc.nat(2), whom: number, other: number },
      as: is('plain', 'primary', 'labelled'),
    }),
  },
)

const steps = fc.constantFrom(
  1_000,
  -1_000,
  90_000,
  -90_000,
  7_200_000,
  -7_200_000,
  3 * 86_400_000,
  -3 * 86_400_000,
)

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      what: is('run'),
      calls: rarely(fc.integer({ min: 1, max: 40 })),
      budget: rarely(fc.constantFrom(1, 500, 5_000)),
      jobs: rarely(fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 3 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: is('verify'),
      repair: fc.boolean(),
      calls: rarely(fc.integer({ min: 1, max: 12 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: is('refresh'), calls: rarely(fc.integer({ min: 1, max: 5 })) }),
  },
  { weight: 2, arbitrary: fc.record({ what: is('touch', 'accept'), type, whom }) },
  { weight: 3, arbitrary: fc.record({ what: is('syncQueued', 'read', 'around') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: is('follow'),
      limit: fc.integer({ min: 1, max: 4 }),
      polls: fc.integer({ min: 1, max: 30 }),
    }),
  },
)

const interrupt: fc.Arbitrary<Interrupt> = fc.record({
  at: fc.oneof(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 1, max: 160 })),
  side: is('before', 'after'),
  what: fc.oneof(
    { weight: 6, arbitrary: change },
    { weight: 3, arbitrary: fc.record({ what: is('kill') }) },
    { weight: 1, arbitrary: fc.record({ what: is('abort') }) },
    { weight: 1, arbitrary: fc.record({ what: is('step'), ms: steps }) },
    { weight: 2, arbitrary: storeTroubles },
  ),
})

const runOfEverything: Act = { what: 'run', calls: null, budget: null, jobs: null }

/** Two records are associated by a label, which is then renamed, or deleted. */
const labelFates: fc.Arbitrary<Change[]> = fc
  .record({ pair: fc.nat(2), whom: number, other: number, what: labelChanges })
  .map(({ pair, whom, other, what: { what } }) => [
    { what: 'associate', pair, whom, other, as: 'labelled' },
    { what, pair, whom: whom + other },
  ])

/** A run with no other process: its report can be compared with the data. */
const runAlone: fc.Arbitrary<Event> = fc
  .record({
    machine: fc.nat(1),
    act: fc.oneof(fc.constant(runOfEverything), fc.constant<Act>({ what: 'around' })),
  })
  .map((act) => ({
    what: 'acts',
    rested: true,
    acts: [act],
    interrupts: [],
    order: { seed: 0, overlap: false },
  }))

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 16, arbitrary: fc.record({ what: is('change'), change, sameMoment: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ what: is('fate'), machine: fc.nat(1) },
      ...{ changes: aroundFates, act: fc.constant<Act>({ what: 'around' }) },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ what: is('fate'), machine: fc.nat(1) },
      ...{ changes: labelFates, act: fc.constant(runOfEverything) },
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: is('wait'),
      ms: fc.constantFrom(1, 500, 60_000, 5_400_000, 92 * 86_400_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: is('step'), machine: fc.nat(1), ms: steps }) },
  { weight: 4, arbitrary: fc.record({ what: is('trouble'), trouble: troubles }) },
  { weight: 1, arbitrary: fc.record({ what: is('recovery') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: is('definitions'),
      machine: fc.nat(1),
      definitions: fc.record({ level: fc.nat(2), spelling, lacks: is(...lacks) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: is('backup') }) },
  { weight: 2, arbitrary: fc.record({ what: is('restore') }) },
  { weight: 1, arbitrary: fc.record({ what: is('restart'), machine: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ what: is('snapshot') }) },
  { weight: 7, arbitrary: runAlone },
  {
    weight: 9,
    arbitrary: fc.record({
      what: is('acts'),
      rested: fc.boolean(),
      acts: fc.array(fc.record({ machine: fc.nat(1), act }), { minLength: 1, maxLength: 3 }),
      interrupts: fc.array(interrupt, { maxLength: 4 }),
      order: fc.record({ seed: fc.nat(), overlap: fc.boolean() }),
    }),
  },
)

/** Stories about a portal and the mirrors of it. */
export const stories: fc.Arbitrary<Story> = fc.record({
  setting: fc.record({
    lag: fc.constantFrom(0, 0, 240_000, 3_000_000),
    disorder: is<Disorder>('none', 'none', 'listed', 'indexed earlier', 'indexed later'),
    mergedInBin: fc.boolean(),
    latency: fc.constantFrom(0, 0, 40),
    pages: fc.record({
      list: fc.constantFrom(100, 3, 7),
      search: fc.constantFrom(200, 2, 5),
      inner: fc.constantFrom(500, 1, 2),
    }),
    idOrder: is('number', 'text'),
    listOrder: is('ascending', 'ascending', 'ascending', 'repeating', 'scrambled'),
    spelling,
    lacks: is('nothing', ...lacks),
    apiVersion: is('2026-03', '2026-09', 'v3'),
    datedLinks: fc.boolean(),
    everyRun: fc.boolean(),
    backfilled: fc.boolean(),
    records: fc.record({
      contacts: fc.constantFrom(8, 0, 20),
      companies: fc.constantFrom(4, 0, 8),
      deals: fc.constantFrom(5, 0),
    }),
  }),
  events: fc.array(event, { minLength: 3, maxLength: 22 }),
})
