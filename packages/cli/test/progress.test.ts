import type { SyncEvent } from '@hubsync/core'
import { expect, test } from 'vitest'
import { figuresOf, nameOf, ProgressBoard } from '../src/progress-board.js'
import { createWorld, fill, hubsync } from './support/world.js'

/** With a daily limit, but none for which a test would wait. */
const generous = { burst: 10_000, search: 1_000, associations: 10_000 }

type Page = Extract<SyncEvent, { type: 'page' }>

/** A board, and a clock that each page advances by a second. */
function createBoard() {
  let now = 0
  const board = new ProgressBoard(() => now)
  board.hear({ type: 'job-start', job: 'contacts' })
  const page = (given: Partial<Page>) => {
    now += 1_000
    board.hear({ type: 'page', job: 'contacts', phase: 'backfill', done: 0, calls: 1, ...given })
    const progress = board.progressOf('contacts')
    if (!progress) throw new Error('Expected a job that has begun.')
    return progress
  }
  return { board, page }
}

test('progress tells done and total, the rate, and the time to go', () => {
  const { page } = createBoard()
  page({ done: 500, total: 4_000 })
  const progress = page({ done: 1_000, total: 4_000 })
  expect(nameOf(progress)).toBe('contacts backfill')
  expect(figuresOf(progress)).toBe('1,000 of 4,000, 500/s, 6.0 s to go')
})

test('progress tells the calls of the run, and those left in the day', () => {
  const { board, page } = createBoard()
  page({ calls: 1_158, daily: { limit: 250_000, remaining: 248_842 } })
  expect(board.spent).toBe('1,158 calls, 248,842 left today')
  page({ calls: 1_159, daily: undefined })
  expect(board.spent).toBe('1,159 calls')
})

test('each phase of a job has a rate of its own', () => {
  const { page } = createBoard()
  page({ done: 4_000, total: 4_000 })
  expect(figuresOf(page({ phase: 'changes', done: 4_030 }))).toBe('30 read, 30/s')
})

test('a total that was passed is none', () => {
  const { page } = createBoard()
  expect(figuresOf(page({ done: 120, total: 100 }))).toBe('120 read, 120/s')
})

test('elsewhere than on a terminal, progress is lines without control characters', async () => {
  const world = await createWorld({ limits: generous })
  fill(world.portal, 450)
  const { out, err } = await hubsync(world, 'sync')
  expect(err).toMatch(/^contacts backfill: 450 of 450, .*\/s; \d+ calls, [\d,]+ left today$/m)
  expect(err).toMatch(/^✓ deals: 10 read$/m)
  expect(out + err).not.toContain('\x1b')
})

test('on a terminal it is bars, which are taken down at the end, cursor and all', async () => {
  const world = await createWorld({ limits: generous })
  fill(world.portal, 450)
  const { out, err } = await hubsync(world, 'sync', { terminal: true })
  expect(err).toMatch(/contacts backfill +█+░* \d+% \d+ of 450/)
  expect(err).toMatch(/\d+ calls, [\d,]+ left today/)
  expect(err.lastIndexOf('\x1b[?25h')).toBeGreaterThan(err.lastIndexOf('\x1b[?25l'))
  expect(out).toContain('\x1b[32mcomplete')
})

test('with NO_COLOR nothing is coloured, on a terminal either', async () => {
  const world = await createWorld()
  fill(world.portal)
  world.env.NO_COLOR = '1'
  const { out, err } = await hubsync(world, 'sync', { terminal: true })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about.
  expect(out + err).not.toMatch(/\x1b\[[\d;]*m/)
})

test('what a call waits for is told', async () => {
  const world = await createWorld()
  fill(world.portal)
  world.portal.fault({ kind: 'secondly', operation: 'search' })
  const { err } = await hubsync(world, 'sync')
  expect(err).toMatch(/^\w+: trying again in 1\.\d s: /m)
})
