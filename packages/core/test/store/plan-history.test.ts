import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HistoryEntry } from '../../src/model.js'
import { type KnownHistory, planHistory } from '../../src/store/plan-history.js'
import { minute } from '../support/planned-rows.js'

/** `3` is an entry of minute 3 with the value `v3`, `3b` another one of that minute with the value `b`. */
type Spelled = string

const momentOf = (spelled: Spelled) => minute(Number.parseInt(spelled, 10))

function entry(spelled: Spelled): HistoryEntry {
  const letters = spelled.replace(/^\d+/, '')
  return {
    ...{ changedAt: momentOf(spelled), value: letters || `v${spelled}` },
    ...{ sourceType: 'CRM_UI', sourceRef: null, sourceLabel: null, userId: null },
  }
}

const list = (text: string) => text.split(' ').filter(Boolean)
/** A reading as HubSpot gives it: newest first. */
const reading = (text: string) => list(text).map(entry).reverse()

/** The stored history: `3 4 | 7` has a gap between 4 and 7, `| 3` one before 3, `~5` an entry that was merged in. */
function stored(text: string): KnownHistory {
  const known: {
    entries: KnownHistory['entries'][number][]
    gaps: KnownHistory['gaps'][number][]
  } = { entries: [], gaps: [] }
  let isOpen = false
  for (const word of list(text)) {
    if (word === '|') {
      isOpen = true
      continue
    }
    const { changedAt, value } = entry(word.replace('~', ''))
    const last = known.entries.at(-1)
    if (isOpen) {
      const after = known.entries.findLast(({ mergedFrom }) => mergedFrom === null)
      const found = { after: after?.changedAt ?? null, before: changedAt, foundAt: minute(0) }
      known.gaps.push(found)
    }
    isOpen = false
    const ordinal = last?.changedAt === changedAt ? last.ordinal + 1 : 0
    const mergedFrom = word.startsWith('~') ? 'loser' : null
    known.entries.push({ changedAt, ordinal, value, mergedFrom })
  }
  return known
}

/** What is stored after a reading. */
function after(known: KnownHistory, given: readonly HistoryEntry[], cap: number, isNew = false) {
  const change = planHistory(known, given, cap, minute(99), { losers: [], isNew })
  const isWritten = new Set(change.written.map((each) => `${each.changedAt} ${each.ordinal}`))
  const entries = [
    ...known.entries.filter((each) => !isWritten.has(`${each.changedAt} ${each.ordinal}`)),
    ...change.written.map((each) => ({ ...each, mergedFrom: null })),
  ].sort((a, b) =>
    a.changedAt === b.changedAt ? a.ordinal - b.ordinal : a.changedAt < b.changedAt ? -1 : 1,
  )
  const gaps = new Map(known.gaps.map((gap) => [gap.before, gap]))
  for (const before of change.filled) gaps.delete(before)
  for (const gap of change.gaps) gaps.set(gap.before, gap)
  return { entries, gaps: [...gaps.values()], change }
}

const minuteOf = (moment: string | null) =>
  moment === null ? -1 : (Date.parse(moment) - Date.parse(minute(0))) / 60_000

/** A history as {@link stored} reads it. */
function spelled({ entries, gaps }: Pick<KnownHistory, 'entries' | 'gaps'>): string {
  const words: string[] = []
  for (const [index, { changedAt, value, mergedFrom }] of entries.entries()) {
    const own = entries.slice(0, index).findLast((each) => each.mergedFrom === null)
    const previous = own?.changedAt ?? null
    if (
      mergedFrom === null &&
      gaps.some((gap) => gap.before === changedAt && gap.after === previous)
    )
      words.push('|')
    const number = minuteOf(changedAt)
    words.push(`${mergedFrom ? '~' : ''}${number}${value === `v${number}` ? '' : value}`)
  }
  return words.join(' ')
}

interface Case {
  name: string
  stored?: string
  given: string
  /** Whether the record is new to the mirror. */
  isNew?: boolean
  left: string
  counts?: { added?: number; gaps?: number; filled?: number; tied?: number }
}

/** HubSpot keeps three entries in all of these. */
const cases: Case[] = [
  { name: 'a first reading below the cap begins at the beginning', given: '1 2', left: '1 2' },
  {
    name: 'a first reading at the cap may lack a beginning',
    given: '1 2 3',
    left: '| 1 2 3',
    counts: { gaps: 1 },
  },
  { name: 'a property that was never set has no history', given: '', left: '' },
  {
    name: 'a reading that is empty says nothing about what is stored',
    stored: '1 2',
    given: '',
    left: '1 2',
  },
  {
    name: 'a reading of what is stored changes nothing',
    stored: '| 1 2 3',
    given: '1 2 3',
    left: '| 1 2 3',
    counts: { added: 0 },
  },
  {
    name: 'a reading that overlaps adds what is new',
    stored: '1 2',
    given: '2 3 4',
    left: '1 2 3 4',
    counts: { added: 2 },
  },
  {
    name: 'a reading that overlaps in its newest entry adds what is older',
    stored: '| 3',
    given: '1 2 3',
    left: '| 1 2 3',
  },
  {
    name: 'a reading that overlaps in nothing is behind a gap',
    stored: '1 2',
    given: '5 6 7',
    left: '1 2 | 5 6 7',
    counts: { gaps: 1 },
  },
  {
    name: 'a reading below the cap that overlaps in nothing is behind a gap too',
    stored: '1 2',
    given: '5 6',
    left: '1 2 | 5 6',
    counts: { gaps: 1 },
  },
  {
    name: 'a second gap leaves the first one',
    stored: '1 | 4 5',
    given: '8 9',
    left: '1 | 4 5 | 8 9',
    counts: { gaps: 1 },
  },
  {
    name: 'a late reading of older entries makes no gap where it overlaps',
    stored: '1 2 3 4',
    given: '1 2 3',
    left: '1 2 3 4',
    counts: { added: 0 },
  },
  {
    name: 'a late reading fills a gap',
    stored: '1 2 | 5 6',
    given: '2 3 5',
    left: '1 2 3 5 6',
    counts: { filled: 1 },
  },
  {
    name: 'a late reading narrows a gap from its start',
    stored: '1 2 | 7 8',
    given: '2 3 4',
    left: '1 2 3 4 | 7 8',
    counts: { gaps: 0, filled: 0 },
  },
  {
    name: 'a late reading narrows a gap to its end',
    stored: '1 2 | 7 8',
    given: '5 6 7',
    left: '1 2 | 5 6 7 8',
    counts: { gaps: 0, filled: 0 },
  },
  {
    name: 'a late reading from within a gap makes two of it',
    stored: '1 2 | 8 9',
    given: '4 5 6',
    left: '1 2 | 4 5 6 | 8 9',
    counts: { gaps: 1, filled: 0 },
  },
  {
    name: 'a late reading below the cap is the beginning',
    stored: '| 2 3 4',
    given: '1 2',
    left: '1 2 3 4',
    counts: { added: 1, filled: 1 },
  },
  {
    name: 'a late reading below the cap that ends before all else is the beginning',
    stored: '| 5 6 7',
    given: '1 2',
    left: '1 2 | 5 6 7',
  },
  {
    name: 'a late reading at the cap moves the gap before the first entry',
    stored: '| 3 4 5',
    given: '1 2 3',
    left: '| 1 2 3 4 5',
    counts: { gaps: 0, filled: 0 },
  },
  {
    name: 'a late reading of stored entries below the cap closes the gap before them',
    stored: '| 1 2 3',
    given: '1 2',
    left: '1 2 3',
    counts: { filled: 1 },
  },
  {
    name: 'a late reading before all that is stored is before a gap',
    stored: '5 6',
    given: '1 2',
    left: '1 2 | 5 6',
    counts: { gaps: 1 },
  },
  { name: 'gaps elsewhere stay', stored: '| 1 | 3 4', given: '4 5', left: '| 1 | 3 4 5' },
  {
    name: 'two entries of one moment are both kept, in their order',
    given: '1 2a 2b',
    left: '| 1 2a 2b',
    counts: { added: 3, tied: 2 },
  },
  {
    name: 'three entries of one moment with equal values are three',
    given: '2a 2b 2a',
    left: '| 2a 2b 2a',
    counts: { tied: 3 },
  },
  {
    name: 'another entry of a known moment follows those that are known',
    stored: '1 2a',
    given: '1 2a 2b',
    left: '1 2a 2b',
    counts: { added: 1, tied: 1 },
  },
  {
    name: 'an earlier entry of a known moment comes before it',
    stored: '| 2b 3',
    given: '1 2a 2b',
    left: '| 1 2a 2b 3',
  },
  {
    name: 'a later entry of the moment at which a reading begins is none that is known',
    stored: '1 2a',
    given: '2b 3 4',
    left: '1 2a | 2b 3 4',
  },
  {
    name: 'an entry that is given again with another source is the same',
    stored: '1 2',
    given: '1 2',
    left: '1 2',
    counts: { added: 0 },
  },
  { name: 'merged entries are no overlap', stored: '1 ~4', given: '6 7', left: '1 ~4 | 6 7' },
  {
    name: 'merged entries between don’t matter to the record’s own',
    stored: '1 ~2 3',
    given: '3 4',
    left: '1 ~2 3 4',
    counts: { gaps: 0 },
  },
  {
    name: 'a merged entry that HubSpot gives is the record’s own from then on',
    stored: '1 ~2',
    given: '1 2',
    left: '1 2',
    counts: { added: 1 },
  },
  {
    name: 'a reading at the cap that begins with what is stored of a loser lacks nothing',
    stored: '~1 ~2 ~3 ~4 5',
    given: '3 4 5',
    left: '~1 ~2 3 4 5',
    counts: { added: 2, gaps: 0 },
  },
  {
    name: 'a reading at the cap that begins before all that is known, with nothing of a loser, may lack a beginning',
    stored: '5',
    given: '3 4 5',
    left: '| 3 4 5',
    counts: { gaps: 1 },
  },
  {
    name: 'a reading that begins between two entries that had none between may lack others of a loser',
    stored: '1 5',
    given: '3 4 5',
    left: '1 | 3 4 5',
    counts: { gaps: 1 },
  },
  {
    name: 'a reading that begins between two entries with what is stored of a loser lacks nothing',
    stored: '1 ~2 ~3 ~4 5',
    given: '3 4 5',
    left: '1 ~2 3 4 5',
    counts: { gaps: 0 },
  },
  {
    name: 'what is stored of one loser says nothing about another',
    stored: '1 ~2 ~3 5',
    given: '3 4 5',
    left: '1 ~2 | 3 4 5',
    counts: { gaps: 1 },
  },
  {
    name: 'what is stored of a loser says nothing about the record’s own',
    stored: '1 ~3 ~4 ~5 ~6',
    given: '4 5 6',
    left: '1 ~3 | 4 5 6',
    counts: { gaps: 1 },
  },
  {
    name: 'a new record that a merge has made lacks nothing that is stored of the losers',
    stored: '~1 ~2 ~3 ~4',
    given: '3 4 5',
    isNew: true,
    left: '~1 ~2 3 4 5',
    counts: { gaps: 0 },
  },
  {
    name: 'a record that is in the mirror without a history may lack a beginning of its own',
    stored: '~1 ~2 ~3 ~4',
    given: '3 4 5',
    left: '~1 ~2 | 3 4 5',
  },
  {
    name: 'a new record of which nothing is stored of the losers may lack a beginning',
    stored: '~1 ~2',
    given: '3 4 5',
    isNew: true,
    left: '~1 ~2 | 3 4 5',
  },
  {
    name: 'a new record may lack what was before an entry of a loser that is not stored',
    stored: '~1 ~2 ~4',
    given: '2 3 4',
    isNew: true,
    left: '~1 | 2 3 4',
  },
  {
    name: 'a loser’s entry of the same moment with another value is another entry',
    stored: '~1 ~3b ~4 5',
    given: '3 4 5',
    left: '~1 ~3b | 3 4 5',
    counts: { gaps: 1 },
  },
]

describe('a reading of a history', () => {
  test.each(cases)('$name', ({ stored: before = '', given, isNew, left, counts }) => {
    const result = after(stored(before), reading(given), 3, isNew)
    expect(spelled(result)).toBe(left)
    if (counts) expect(result.change.counts).toMatchObject(counts)
  })
})

test('a gap keeps the moment at which it was found, and only what changes is written', () => {
  const narrowed = planHistory(stored('1 2 | 7 8'), reading('2 3'), 3, minute(99))
  expect(narrowed.gaps).toEqual([{ after: minute(3), before: minute(7), foundAt: minute(0) }])
  expect(narrowed.filled).toEqual([])
  const same = planHistory(stored('1 2 | 7 8'), reading('7 8'), 3, minute(99))
  expect(same).toMatchObject({ written: [], gaps: [], filled: [] })
  const filled = planHistory(stored('1 2 | 7 8'), reading('2 5 7'), 3, minute(99))
  expect(filled).toMatchObject({ gaps: [], filled: [minute(7)] })
})

test('half a surrogate pair becomes what every database can hold, and is known again', () => {
  const cut = { ...entry('1'), value: 'cut \ud83d' }
  const first = after(stored(''), [cut], 3)
  expect(first.entries.map(({ value }) => value)).toEqual(['cut \ufffd'])
  expect(planHistory(first, [cut], 3, minute(99)).written).toEqual([])
})

/** A history that grows, and readings of it: how many entries it had at each. They arrive in any order. */
const growing = (longest: number) =>
  fc.record({
    steps: fc.array(fc.nat({ max: longest }), { minLength: 1, maxLength: 40 }),
    cap: fc.integer({ min: 1, max: 6 }),
    readings: fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 12 }),
  })

/** The entries of such a history: each step says how many minutes later than the one before it an entry is. */
function historyOf(steps: readonly number[]): HistoryEntry[] {
  let minutes = 0
  return steps.map((step, index) => {
    minutes += step
    return { ...entry(`${minutes}`), value: `v${index}` }
  })
}

/** What is stored after all readings, each of the newest entries up to some length. */
function readAll(all: readonly HistoryEntry[], cap: number, lengths: readonly number[]) {
  let known: KnownHistory = { entries: [], gaps: [] }
  let [gaps, filled, added] = [0, 0, 0]
  for (const length of lengths) {
    const given = all.slice(0, length).slice(-cap).reverse()
    const next = after(known, given, cap)
    gaps += next.change.counts.gaps
    filled += next.change.counts.filled
    added += next.change.counts.added
    known = next
  }
  return { known, gaps, filled, added }
}

describe('readings of a history that grows and forgets', () => {
  test('leave all that was ever given, and gaps exactly where no reading shows that nothing is missing', () => {
    fc.assert(
      fc.property(growing(3), ({ steps, cap, readings }) => {
        const all = historyOf(steps.map((step) => step + 1))
        const lengths = readings.map((length) => Math.min(length, all.length))
        const { known, gaps, filled, added } = readAll(all, cap, lengths)
        const spans = lengths.filter(Boolean).map((end) => ({ start: Math.max(0, end - cap), end }))
        const given = all.map((_, index) =>
          spans.some(({ start, end }) => start <= index && index < end),
        )
        const union = all.flatMap((each, index) => (given[index] ? [{ ...each, index }] : []))
        expect(known.entries.map(({ value }) => value)).toEqual(union.map(({ value }) => value))
        expect(added).toBe(union.length)
        const expected = union.flatMap(({ changedAt, index }, place) => {
          const previous = union[place - 1]
          const isShown = previous
            ? spans.some(({ start, end }) => start <= previous.index && index < end)
            : spans.some(({ end }) => end < cap)
          return isShown ? [] : [{ after: previous?.changedAt ?? null, before: changedAt }]
        })
        const found = known.gaps.map(({ after, before }) => ({ after, before }))
        expect(found.sort((a, b) => (a.before < b.before ? -1 : 1))).toEqual(expected)
        expect(gaps - filled).toBe(expected.length)
      }),
    )
  })

  test('lose no entry of a moment that has several, and name each loss', () => {
    fc.assert(
      fc.property(growing(1), ({ steps, cap, readings }) => {
        const all = historyOf(steps)
        // Late readings are in the test above. Within one moment nothing tells which of two readings is the later one.
        const lengths = readings.map((length) => Math.min(length, all.length)).sort((a, b) => a - b)
        const { known } = readAll(all, cap, lengths)
        const isGiven = (index: number) =>
          lengths.some((end) => Math.max(0, end - cap) <= index && index < end)
        const union = all.filter((_, index) => isGiven(index)).map(({ value }) => value)
        expect(known.entries.map(({ value }) => value)).toEqual(union)
        const last = all.findLastIndex((_, index) => isGiven(index))
        for (const [index, { changedAt }] of all.entries())
          if (!isGiven(index) && index < last)
            expect(
              known.gaps.some(
                ({ after, before }) => (after ?? '') <= changedAt && changedAt <= before,
              ),
            ).toBe(true)
      }),
    )
  })
})

test('a cleared value of a loser is not taken for the text null of the winner', () => {
  const entries = [
    { changedAt: minute(3), ordinal: 0, value: null, mergedFrom: '9' },
    { changedAt: minute(5), ordinal: 0, value: 'v5', mergedFrom: null },
  ]
  const { counts } = planHistory({ entries, gaps: [] }, reading('3null 5'), 2, minute(99))
  expect(counts).toMatchObject({ added: 1, gaps: 1 })
})
