import { deals } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { HOUR } from '../traps/trap-world.js'
import { breakingStore } from './support/breaking-store.js'
import {
  batchesOf,
  expectHistory,
  historied,
  historiedWorld,
  properties,
} from './support/history.js'

const JOB = 'deals:history' as 'deals'

/** A mirror without history, of 120 deals of which some are in the bin, whose definition asks for it now. */
async function fullMirror(options: Parameters<typeof historiedWorld>[1] = {}) {
  const world = await historiedWorld(120, { objects: [deals], ...options })
  const { portal, runUntilEqual, clock, ids, again } = world
  for (const id of ids.slice(100)) portal.archive('deals', id)
  await clock.advance(2 * HOUR)
  await runUntilEqual()
  await clock.advance(2 * HOUR)
  portal.clearCalls()
  return { ...world, later: again({ objects: historied }) }
}

describe('history that is asked for after the backfill', () => {
  test('is read of every stored record, active or archived, by a job of its own', async () => {
    const { portal, store, later } = await fullMirror()
    const report = await later.run()
    expect(report).toMatchObject({ status: 'complete', jobs: { [JOB]: { read: 120 } } })
    expect(batchesOf(portal).sort()).toEqual([20, 50, 50])
    await expectHistory(portal, store, 'deals', properties)
  })

  test('is read once', async () => {
    const { later } = await fullMirror()
    await later.run()
    expect(Object.keys((await later.run()).jobs)).not.toContain(JOB)
  })

  test('is priced before, and costs what plan() says', async () => {
    const { portal, later } = await fullMirror()
    const before = await later.plan()
    expect(before.objects.deals).toMatchObject({ listCalls: 0, historyCalls: 3 })
    portal.clearCalls()
    const { calls } = await later.run()
    // Which properties are calculated is asked for once.
    expect(calls).toBe(before.calls + 1)
    expect((await later.plan()).objects.deals).toMatchObject({ historyCalls: 0 })
  })

  test('is told of by status(), and makes a run of the records alone partial', async () => {
    const { later } = await fullMirror()
    expect((await later.status()).objects.deals?.history).toMatchObject({
      lacking: ['dealstage', 'amount', 'pipeline'],
      readAt: null,
    })
    const report = await later.run({ jobs: ['deals'] })
    expect(report).toMatchObject({ status: 'partial' })
    expect(report.jobs.deals.reason).toContain('lack the history of dealstage, amount, pipeline')
    await later.run()
    expect((await later.status()).objects.deals?.history?.lacking).toEqual([])
    expect(await later.run({ jobs: ['deals'] })).toMatchObject({ status: 'complete' })
  })

  test('tells its progress', async () => {
    const { later } = await fullMirror()
    const told: unknown[] = []
    await later.run({
      onEvent: (event) => {
        if (event.type === 'page' && event.phase === 'history') told.push([event.done, event.total])
      },
    })
    expect(told).toEqual([
      [100, 120],
      [120, 120],
    ])
  })

  test('goes on from any commit at which the process dies', async () => {
    const counting = await fullMirror()
    const whole = breakingStore(counting.store, { at: 0, landed: false })
    await counting.again({ objects: historied, store: whole }).run()
    for (let at = 1; at <= whole.commits; at++)
      for (const landed of [true, false]) {
        const { portal, store, again, later } = await fullMirror()
        const dying = again({ objects: historied, store: breakingStore(store, { at, landed }) })
        await dying.run().catch(() => undefined)
        expect((await later.run()).status, `killed at commit ${at}`).toBe('complete')
        await expectHistory(portal, store, 'deals', properties)
      }
  })

  test('goes on in slices, and begins none again', async () => {
    const { portal, store, later } = await fullMirror()
    let runs = 0
    for (let status = ''; status !== 'complete' && runs < 20; runs++)
      ({ status } = await later.run({ maxCalls: 6 }))
    expect(batchesOf(portal).length).toBeLessThanOrEqual(3 + runs)
    await expectHistory(portal, store, 'deals', properties)
  })

  test('is read again for a property that is added', async () => {
    const { portal, store, later, again } = await fullMirror()
    await later.run()
    const more = again({ objects: [deals.extend({ history: ['stage', 'amount', 'name'] })] })
    portal.clearCalls()
    expect(await more.run()).toMatchObject({ status: 'complete' })
    expect(batchesOf(portal).sort()).toEqual([20, 50, 50])
    await expectHistory(portal, store, 'deals', [...properties, 'dealname'])
  })

  test('is read again for all properties once the portal has another one', async () => {
    const all = [deals.extend({ history: 'all' })]
    const { portal, store, runUntilEqual } = await historiedWorld(60, { objects: all })
    await runUntilEqual()
    portal.clearCalls()
    await runUntilEqual()
    expect(batchesOf(portal)).toEqual([])
    portal.defineProperty('deals', { name: 'colour', label: 'Colour', type: 'string' })
    await runUntilEqual()
    expect(batchesOf(portal)).toEqual([50, 10])
    await expectHistory(portal, store, 'deals', [...properties, 'colour'])
  })

  test('is read again after a process without it has written records', async () => {
    const { portal, store, again, runUntilEqual, change, first } = await historiedWorld(3)
    await runUntilEqual()
    await change([first], { amount: '8' })
    await again({ objects: [deals] }).run()
    const report = await runUntilEqual()
    expect(report.jobs[JOB]).toMatchObject({ status: 'complete', read: 3 })
    await expectHistory(portal, store, 'deals', properties)
  })

  test('is read again in the same run where a process without it wrote while a walk lay open', async () => {
    const { portal, store, later, again, change, ids } = await fullMirror()
    expect((await later.run({ jobs: [JOB], maxCalls: 3 })).status).toBe('partial')
    await change([ids[0] as string], { amount: '8' })
    await again({ objects: [deals] }).run()
    expect(await later.run()).toMatchObject({ status: 'complete' })
    await expectHistory(portal, store, 'deals', properties)
  })

  test('is read by a backfill that began without it, once that is done', async () => {
    const { portal, store, again } = await historiedWorld(120, { objects: [deals] })
    await again({ store: breakingStore(store, { at: 4, landed: true }) })
      .run({ maxCalls: 4 })
      .catch(() => undefined)
    const report = await again({ objects: historied }).run()
    expect(report.status).toBe('complete')
    await expectHistory(portal, store, 'deals', properties)
  })

  test('is read anew by its name', async () => {
    const { portal, run } = await historiedWorld(60)
    await run()
    portal.clearCalls()
    const report = await run({ jobs: [JOB] as never[] })
    expect(report.jobs[JOB]).toMatchObject({ read: 60, history: { added: 0 } })
    expect(batchesOf(portal)).toEqual([50, 10])
  })
})

test('records that a walk over histories left open are not told of where the definition asks for none', async () => {
  const { portal, again, later, ids } = await fullMirror()
  portal.fault({ kind: 'omit', ids: [ids[0] as string], operation: 'batch-read', times: Infinity })
  await later.run({ jobs: [JOB] })
  expect((await later.status()).objects.deals?.unanswered).toBe(1)
  expect((await again({ objects: [deals] }).status()).objects.deals?.unanswered).toBe(0)
})

test('a job of history is unknown where the definition asks for none', async () => {
  const { again } = await historiedWorld(1)
  const sync = again({ objects: [deals] })
  expect(sync.jobs).not.toContain(JOB)
  await expect(sync.run({ jobs: [JOB] })).rejects.toMatchObject({ code: 'UNKNOWN_JOB' })
})
