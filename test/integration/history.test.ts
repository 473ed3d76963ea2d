import { deals } from '@hubsync/core'
import type { PropertyDefinition } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { HOUR } from '../traps/trap-world.js'
import { breakingStore } from './support/breaking-store.js'
import {
  batchesOf,
  expectHistory,
  historiedWorld,
  historyHere,
  properties,
  readsOf,
} from './support/history.js'

const score: PropertyDefinition = {
  ...{ name: 'score', label: 'Score', type: 'number', hubspotDefined: true, calculated: true },
}

describe('a backfill with history', () => {
  test('takes it along with the values, 50 records a page', async () => {
    const { portal, store, runUntilEqual, here, first } = await historiedWorld(120)
    await runUntilEqual()
    const pages = readsOf(portal).filter(({ history }) => history.length > 0)
    expect(pages.map(({ operation, records }) => [operation, records])).toEqual([
      ['list', 50],
      ['list', 50],
      ['list', 50],
    ])
    await expectHistory(portal, store, 'deals', properties)
    expect((await here(first)).map(({ property, value }) => [property, value])).toEqual([
      ['dealstage', 'qualifiedtobuy'],
      ['dealstage', 'appointmentscheduled'],
      ['amount', '0.50'],
    ])
  })

  test('reads it by id, 50 records a call, if the names do not fit into the URL of a list', async () => {
    const many = Array.from({ length: 400 }, (_, at) => `a_property_with_a_long_name_${at}`)
    const wide = [deals.extend({ history: ['stage', 'amount'], properties: many })]
    const { portal, store, runUntilEqual } = await historiedWorld(120, { objects: wide })
    for (const name of many) portal.defineProperty('deals', { name, label: name, type: 'string' })
    await runUntilEqual()
    expect(batchesOf(portal)).toEqual([50, 50, 20])
    await expectHistory(portal, store, 'deals', properties)
  })

  test('writes it in the commit of the rows, so that a run that is killed goes on from there', async () => {
    const counting = await historiedWorld(120)
    const whole = breakingStore(counting.store, { at: 0, landed: false })
    await counting.again({ store: whole }).run()
    for (let at = 1; at <= whole.commits; at++)
      for (const landed of [true, false]) {
        const { portal, store, again, runUntilEqual, ids } = await historiedWorld(120)
        const dying = again({ store: breakingStore(store, { at, landed }) })
        await dying.run().catch(() => undefined)
        for (const id of ids) {
          const row = await store.get(String(portal.portalId), 'deals', id).catch(() => null)
          const entries = await historyHere(store, String(portal.portalId), 'deals', id)
          expect(entries.length > 0, `killed at commit ${at}`).toBe(row !== null)
        }
        await runUntilEqual()
        await expectHistory(portal, store, 'deals', properties)
      }
  })

  test('is made by calls that are as they always were, where no history is asked for', async () => {
    const { portal, runUntilEqual } = await historiedWorld(120, { objects: [deals] })
    await runUntilEqual()
    expect(readsOf(portal).filter(({ operation }) => operation === 'list')).toEqual([
      { operation: 'list', records: 100, history: [] },
      { operation: 'list', records: 100, history: [] },
      { operation: 'list', records: 100, history: [] },
    ])
    expect(portal.calls.some(({ operation }) => operation === 'properties')).toBe(false)
  })

  test('leaves out what HubSpot calculates, and the modification date, with all properties', async () => {
    const all = [deals.extend({ history: 'all' })]
    const { portal, runUntilEqual } = await historiedWorld(3, { objects: all })
    portal.defineProperty('deals', score)
    await runUntilEqual()
    const asked = readsOf(portal).flatMap(({ history }) => history)
    expect(asked).toContain('dealname')
    expect(asked).not.toContain('score')
    expect(asked).not.toContain('hs_lastmodifieddate')
  })

  test('leaves out a property that HubSpot calculates, even if it is named', async () => {
    const named = [deals.extend({ history: ['amount', 'score'] })]
    const world = await historiedWorld(3, { objects: named })
    const { portal, runUntilEqual } = world
    portal.defineProperty('deals', score)
    await runUntilEqual()
    expect(new Set(readsOf(portal).flatMap(({ history }) => history))).toEqual(new Set(['amount']))
    expect((await runUntilEqual()).jobs['deals:history' as 'deals']).toBeUndefined()
  })
})

describe('a change pass with history', () => {
  test('reads the records that changed with it, 50 in place of 100', async () => {
    const world = await historiedWorld(130)
    const { portal, store, runUntilEqual, ids } = world
    await runUntilEqual()
    await world.change(ids.slice(0, 101), { dealstage: 'closedwon', amount: '7' })
    portal.clearCalls()
    const report = await runUntilEqual()
    expect(batchesOf(portal)).toEqual([50, 50, 1])
    await expectHistory(portal, store, 'deals', properties)
    expect(report.jobs.deals?.history).toMatchObject({ gaps: 0, unsettled: 0 })
  })

  test('asks nothing more where nothing has changed', async () => {
    const { portal, runUntilEqual, clock } = await historiedWorld(3)
    await runUntilEqual()
    await clock.advance(2 * HOUR)
    portal.clearCalls()
    await runUntilEqual()
    expect(portal.calls.map(({ operation }) => operation).sort()).toEqual([
      'account',
      'list',
      'search',
    ])
  })

  test('keeps values that HubSpot has dropped since', async () => {
    const world = await historiedWorld(1)
    const { portal, store, runUntilEqual, first, here, gaps } = world
    await runUntilEqual()
    const before = await here(first)
    for (let times = 0; times < 3; times++) {
      for (let at = 0; at < 9; at++) await world.change([first], { amount: `${times}${at}` })
      await runUntilEqual()
    }
    await expectHistory(portal, store, 'deals', properties)
    const after = await here(first)
    expect(after.filter(({ property }) => property === 'amount')).toHaveLength(28)
    expect(after).toEqual(expect.arrayContaining(before))
    expect(await gaps(first)).toEqual([])
  })

  test('names the gap, and invents nothing, where HubSpot has dropped values before they were read', async () => {
    const world = await historiedWorld(1)
    const { portal, store, runUntilEqual, first, here, gaps, sync } = world
    await runUntilEqual()
    for (let at = 0; at < 100; at++) await world.change([first], { amount: `1${at}` })
    const report = await runUntilEqual()
    expect(report.jobs.deals?.history).toMatchObject({
      gaps: 1,
      gapExamples: [{ object: 'deals', id: first, property: 'amount' }],
    })
    expect((await sync.status()).objects.deals?.history).toMatchObject({
      gaps: 1,
      gapExamples: [{ object: 'deals', id: first, property: 'amount' }],
    })
    expect(report.jobs.deals?.history?.gapExamples).toHaveLength(1)
    await expectHistory(portal, store, 'deals', properties)
    const amounts = (await here(first)).filter(({ property }) => property === 'amount')
    const [gap] = await gaps(first)
    expect(gap).toMatchObject({ property: 'amount', after: amounts.at(-1)?.changedAt })
    const told = await sync.history('deals', first, { property: 'amount' })
    expect(told.filter(({ isAfterGap }) => isAfterGap).map(({ changedAt }) => changedAt)).toEqual([
      gap?.before,
    ])
  })
})

describe('the gaps of a mirror', () => {
  test('are told by status() however many runs ago they were found', async () => {
    const { sync, runUntilEqual, first, change } = await historiedWorld(1)
    await runUntilEqual()
    for (let at = 0; at < 25; at++) await change([first], { amount: `1${at}` })
    await runUntilEqual()
    for (let run = 0; run < 50; run++) await sync.run({ jobs: ['deals'] })
    expect((await sync.status()).objects.deals?.history).toMatchObject({
      gaps: 1,
      gapsByProperty: { amount: 1 },
      gapExamples: [{ object: 'deals', id: first, property: 'amount' }],
    })
  })

  test('are told by status() whichever job found them', async () => {
    const { sync, runUntilEqual, first, change } = await historiedWorld(1)
    await runUntilEqual()
    for (let at = 0; at < 25; at++) await change([first], { amount: `1${at}` })
    await sync.syncRecords('deals', [first])
    expect((await sync.status()).objects.deals?.history).toMatchObject({
      gaps: 1,
      gapExamples: [{ object: 'deals', id: first, property: 'amount' }],
    })
  })

  test('are told by status() no more once they are filled or their record is purged', async () => {
    const { store, sync, runUntilEqual, ids, change, portal, again } = await historiedWorld(2)
    await runUntilEqual()
    for (let at = 0; at < 25; at++) await change(ids, { amount: `1${at}` })
    await runUntilEqual()
    expect((await sync.status()).objects.deals?.history?.gaps).toBe(2)
    portal.purge('deals', ids[0] ?? '')
    await again({ census: 0 }).run()
    const status = (await sync.status()).objects.deals?.history
    expect(status).toMatchObject({ gaps: 1, gapExamples: [{ id: ids[1] }] })
    expect(
      await store.historyGaps(String(portal.portalId), 'deals', ids[0] ?? '', { limit: 9 }),
    ).toEqual([])
  })

  test('are named by the report of the run that found them, even where the record has later ones', async () => {
    const others = ['amount', 'dealname', 'hubspot_owner_id', 'closedate', 'deal_note']
    const keeping = (...names: string[]) => ({ objects: [deals.extend({ history: names })] })
    const world = await historiedWorld(1, keeping(...others))
    const { portal, clock, runUntilEqual, first, change, again } = world
    for (const name of ['deal_note', 'early'])
      portal.defineProperty('deals', { name, label: name, type: 'string' })
    const overflow = async (...names: string[]) => {
      for (let at = 0; at < 25; at++)
        await change([first], Object.fromEntries(names.map((name) => [name, `${at + 1}000`])))
    }
    await overflow('early')
    await overflow(...others)
    await runUntilEqual()
    await clock.advance(HOUR)
    const { jobs } = await again(keeping(...others, 'early')).run()
    expect(jobs['deals:history' as 'deals']?.history).toMatchObject({
      gaps: 1,
      gapExamples: [{ object: 'deals', id: first, property: 'early', after: null }],
    })
  })
})
