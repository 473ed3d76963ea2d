import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { bundle } from './bundle.js'
import { portalId, schema } from './schema.js'
import { SqlitePlace } from './sqlite-harness.js'

let bundled: string
beforeAll(async () => {
  bundled = await bundle('process-entry.ts')
}, 60_000)

/** Runs several processes on one file in parallel, and waits until all have ended. */
async function runAll(place: SqlitePlace, count: number, turns: number): Promise<unknown[]> {
  const started = Array.from({ length: count }, (_, index) =>
    fork(bundled, [place.file, place.driver, String(index + 1), String(turns)]),
  )
  onTestFinished(() => {
    for (const each of started) each.kill()
  })
  await Promise.all(started.map((each) => once(each, 'message')))
  const ends = started.map((each: ChildProcess) => once(each, 'exit'))
  for (const each of started) each.send('begin')
  return (await Promise.all(ends)).map(([code]) => code)
}

describe.each(['better-sqlite3', 'node:sqlite'] as const)('on %s', (driver) => {
  test('twelve processes can create and migrate the same file at the same time', async () => {
    const place = new SqlitePlace(driver)
    onTestFinished(() => place.dispose())
    expect(await runAll(place, 12, 0)).toEqual(Array(12).fill(0))
    expect((await place.rows('sync_schema')).map(({ version }) => version)).toEqual([1, 2, 3, 4, 5])
  })

  test('concurrent processes lose no update of a counter', async () => {
    const place = new SqlitePlace(driver)
    onTestFinished(() => place.dispose())
    expect(await runAll(place, 4, 25)).toEqual([0, 0, 0, 0])
    const store = place.store()
    await store.migrate(schema)
    expect(await store.readCheckpoint(portalId, 'counter')).toEqual({ count: 100 })
    expect((await store.counts(portalId)).contacts?.active).toBe(100)
    const entries = await store.changes(portalId, { limit: 1000 })
    expect(new Set(entries.map(({ id }) => id)).size).toBe(100)
  })
})
