import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync, deals, type Store } from '@hubsync/core'
import { createClock, createPortal } from '@hubsync/emulator'
import { setupServer } from 'msw/node'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { blocksOf, read } from '../repository/docs-pages.js'
import { answersOf } from './support/deal-answers.js'
import { tellDealStory } from './support/deal-story.js'

const HOUR = 3_600_000
const page = 'docs/explain/schema.md'

const clock = createClock({ now: Date.now() })
const portal = createPortal({ clock, mergedHistory: 'primary' })
const told = tellDealStory(portal)
/** Known when both databases have been filled: two deals are merged after their first run. */
let answers: ReturnType<typeof answersOf> = {}

/** A line in a form that is the same in both databases and in JavaScript. */
function plain(line: unknown): string {
  return JSON.stringify(line, (key, value) => {
    if (value instanceof Date) return value.toISOString()
    const isFigure = /^(days|amount|stays|deals|won|percent|moves|changes)$/.test(key)
    return isFigure ? Math.round(Number(value) * 10) / 10 : value
  })
}

const section = read(page).slice(0, read(page).indexOf('## Questions about history'))
const firstLine = section.split('\n').length
const questions = blocksOf(page)
  .filter(({ language, line }) => language === 'sql' && line > firstLine)
  .map((block) => {
    const above = read(page).split('\n').slice(0, block.line)
    const heading = above.findLast((text) => text.startsWith('### ')) ?? ''
    return { ...block, question: heading.replace('### ', '') }
  })

test('every question about history has an answer to compare with', () => {
  const asked = new Set(questions.map(({ question }) => question))
  expect([...asked].sort()).toEqual(Object.keys(answers).sort())
  expect(asked.size).toBeGreaterThanOrEqual(10)
})

const queries: Record<string, (sql: string) => Promise<unknown[]>> = {}
const ends: (() => unknown)[] = []

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hubsync-questions-'))
  ends.push(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'history.db')
  const connectionString = inject('databaseUrl')
  const schema = `questions_${process.pid}`
  const server = setupServer(...portal.handlers())
  server.listen({ onUnhandledFrame: 'bypass' })
  ends.push(() => server.close())
  const mirrors = [sqliteStore({ file }), postgresStore({ connectionString, schema })].map(mirrorIn)
  const [, , one = '', other = '', ...others] = told
  for (const sync of mirrors) expect((await sync.run()).status).toBe('complete')
  await clock.advance(HOUR)
  const merged = portal.merge('deals', one, other)
  await clock.advance(HOUR)
  for (const sync of mirrors) {
    expect((await sync.run()).status).toBe('complete')
    await sync.close()
  }
  answers = answersOf(portal, [...told.slice(0, 2), merged, ...others])
  const sqlite = new DatabaseSync(file, { readOnly: true })
  ends.push(() => sqlite.close())
  queries.sqlite = async (sql) => sqlite.prepare(sql).all()
  const postgres = new pg.Client({ connectionString, options: `-c search_path=${schema}` })
  await postgres.connect()
  ends.push(async () => {
    await postgres.query(`DROP SCHEMA ${schema} CASCADE`)
    await postgres.end()
  })
  queries.postgres = async (sql) => (await postgres.query(sql)).rows
}, 180_000)
afterAll(async () => {
  for (const end of ends.reverse()) await end()
})

function mirrorIn(store: Store) {
  return createHubspotSync({
    ...{ accessToken: portal.token, store, clock },
    objects: [deals.extend({ history: ['stage', 'amount', 'ownerId'] })],
  })
}

describe.each(['sqlite', 'postgres'])('in %s', (name) => {
  const own = questions.filter(({ database }) => database === undefined || database === name)
  test.each(own)("the answer is the portal's: $question", async ({ question, code }) => {
    const found = ((await queries[name]?.(code)) ?? []).map(plain).sort()
    expect(found).not.toEqual([])
    expect(found).toEqual((answers[question]?.() ?? []).map(plain).sort())
  })

  test('the story has what the questions have to leave out: values of a deal that was merged', async () => {
    const merged =
      "SELECT 1 FROM deals_history WHERE merged_from IS NOT NULL AND property = 'amount'"
    expect(await queries[name]?.(merged)).not.toEqual([])
  })
})
