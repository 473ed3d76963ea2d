import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { bundle } from './bundle.js'
import { SqlitePlace } from './sqlite-harness.js'

const Database = createRequire(import.meta.url)('better-sqlite3')

let bundled: string
beforeAll(async () => {
  bundled = await bundle('sql-js-kill-entry.ts')
}, 60_000)

/**
 * Runs a process that commits, and kills it after it has reported so many durable commits. Returns the last of them.
 */
async function killed(file: string, told: number): Promise<number> {
  const child = fork(bundled, [file])
  onTestFinished(() => void child.kill('SIGKILL'))
  let last = 0
  child.on('message', (count) => {
    last = Number(count)
    if (--told <= 0) child.kill('SIGKILL')
  })
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  return last
}

test('a process that is killed again and again leaves a whole file with every durable commit', async () => {
  const place = new SqlitePlace('sql.js')
  onTestFinished(() => place.dispose())
  for (const told of [1, 5, 3]) {
    const durable = await killed(place.file, told)
    const database = new Database(place.file, { readonly: true })
    const ids = database.prepare('SELECT source_id FROM contacts').pluck().all()
    const state = database.prepare('SELECT state FROM sync_checkpoints').pluck().get()
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    database.close()
    // The rows and the checkpoint agree.
    expect(ids.map(Number).sort((one: number, other: number) => one - other)).toEqual(
      Array.from({ length: JSON.parse(state).count }, (_, index) => index + 1),
    )
    expect(ids.length).toBeGreaterThanOrEqual(durable)
  }
  const store = place.store()
  await store.portals()
  expect(readdirSync(place.directory)).toEqual(['hubspot.db'])
})

test('a process that ends without closing its store saves everything', async () => {
  const place = new SqlitePlace('sql.js')
  onTestFinished(() => place.dispose())
  const child = fork(bundled, [place.file, 'end'])
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(await place.rows('contacts')).toHaveLength(5)
})
