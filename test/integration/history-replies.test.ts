import { describe, expect, test } from 'vitest'
import {
  batchesOf,
  expectHistory,
  historiedWorld,
  properties,
  type Reply,
  tampering,
} from './support/history.js'

/** The amounts that the mirror has of a record, newest first. */
const amountsOf = (entries: readonly { property: string; value: string | null }[]) =>
  entries.filter(({ property }) => property === 'amount').map(({ value }) => value)

/** The entries of a reply's amount. */
const entriesOf = ({ propertiesWithHistory }: Reply) =>
  propertiesWithHistory.amount as { timestamp: string; value: string }[]

const withAmounts = (record: Reply, amount: unknown): Reply => ({
  ...record,
  propertiesWithHistory: { ...record.propertiesWithHistory, amount },
})

describe('a record whose newest entry is not its value', () => {
  test('is read again, and then stored as it is', async () => {
    const between = tampering((record, times) => (times === 1 ? withAmounts(record, []) : record))
    const { portal, store, run, ids } = await historiedWorld(3, { between })
    const report = await run()
    expect(batchesOf(portal)).toEqual([ids.length])
    expect(report.jobs.deals?.history).toMatchObject({ unsettled: 0 })
    await expectHistory(portal, store, 'deals', properties)
  })

  test('is read three times and no more, stored as it came, and named in the report', async () => {
    const between = tampering((record) =>
      record.properties.dealname === 'Deal 1' ? withAmounts(record, []) : record,
    )
    const { portal, run, ids, here } = await historiedWorld(3, { between })
    const report = await run()
    expect(batchesOf(portal)).toEqual([1, 1])
    expect(report.jobs.deals?.history).toMatchObject({
      unsettled: 1,
      unsettledExamples: [{ object: 'deals', id: ids[1], property: 'amount' }],
    })
    expect(amountsOf(await here(ids[1] ?? ''))).toEqual([])
  })

  test('costs no more calls once that is so in many records', async () => {
    const between = tampering((record) => withAmounts(record, []))
    const { portal, run } = await historiedWorld(130, { between })
    const report = await run()
    expect(report.jobs.deals?.history).toMatchObject({ unsettled: 130 })
    expect(batchesOf(portal).length).toBeLessThanOrEqual(2 * 3)
    portal.clearCalls()
    for (const { id } of [...portal.records('deals')].slice(0, 100))
      portal.update('deals', id, { dealname: 'Changed' })
    await run()
    expect(batchesOf(portal)).toEqual([50, 50])
  })

  test('is read again also after that was so in many records, which are well by now', async () => {
    const isStale: Record<string, boolean> = { always: true, once: false }
    const between = tampering((record) => {
      const isWell = !isStale.always && !isStale.once
      isStale.once = false
      return isWell ? record : withAmounts(record, [])
    })
    const { portal, store, sync, ids, first, change } = await historiedWorld(30, { between })
    expect((await sync.run()).jobs.deals?.history).toMatchObject({ unsettled: 30 })
    isStale.always = false
    await change(ids, { amount: '6' })
    await sync.run()
    isStale.once = true
    await change([first], { amount: '7' })
    expect((await sync.run()).jobs.deals?.history).toMatchObject({ unsettled: 0 })
    await expectHistory(portal, store, 'deals', properties)
  })
})

describe('verify()', () => {
  test('tells a value that was cleared from a text that says undefined', async () => {
    let value: string | null = null
    const at = '2026-06-01T11:00:00.000Z'
    const between = tampering((record) => ({
      ...withAmounts(record, [{ value, timestamp: at, sourceType: 'API' }]),
      properties: { ...record.properties, amount: value },
    }))
    const { run, sync } = await historiedWorld(1, { between })
    await run()
    expect((await sync.verify()).history.deals).toMatchObject({ missing: 0 })
    value = 'undefined'
    expect((await sync.verify()).history.deals).toMatchObject({ missing: 1 })
  })
})

describe('a history in a reply', () => {
  test('is put into its order', async () => {
    const between = tampering((record) => withAmounts(record, entriesOf(record).toReversed()))
    const { portal, store, run, first, change } = await historiedWorld(2, { between })
    await change([first], { amount: '1' })
    await change([first], { amount: '2' })
    await run()
    await expectHistory(portal, store, 'deals', properties)
  })

  test('may have entries without a moment, which are counted and left out', async () => {
    const bad = [null, 'no entry', { value: '9' }, { value: '9', timestamp: 'yesterday' }]
    const between = tampering((record) => withAmounts(record, [...bad, ...entriesOf(record)]))
    const { portal, store, run } = await historiedWorld(2, { between })
    const report = await run()
    expect(report.jobs.deals?.history).toMatchObject({ undated: 8, unsettled: 0 })
    await expectHistory(portal, store, 'deals', properties)
  })

  test('may have values and sources of any form', async () => {
    const at = '2026-06-01T11:00:00.000Z'
    const strange = { value: 12.5, timestamp: at, sourceId: { a: 1 }, updatedByUserId: 17 }
    const between = tampering((record) => ({
      ...withAmounts(record, [strange]),
      properties: { ...record.properties, amount: '12.5' },
    }))
    const { run, first, here } = await historiedWorld(1, { between })
    await run()
    expect((await here(first)).filter(({ property }) => property === 'amount')).toEqual([
      expect.objectContaining({
        ...{ changedAt: at, value: '12.5', sourceType: '', sourceRef: '{"a":1}' },
        ...{ sourceLabel: null, userId: '17' },
      }),
    ])
  })

  test('loses none of two entries of one moment', async () => {
    const at = '2026-06-01T11:00:00.000Z'
    const between = tampering((record) => ({
      ...withAmounts(record, [
        { value: '2', timestamp: at, sourceType: 'API' },
        { value: '1', timestamp: at, sourceType: 'API' },
      ]),
      properties: { ...record.properties, amount: '2' },
    }))
    const { run, first, here } = await historiedWorld(1, { between })
    const report = await run()
    expect(amountsOf(await here(first))).toEqual(['2', '1'])
    expect(report.jobs.deals?.history).toMatchObject({ tied: 2 })
  })

  test('that is left out is asked for once more, and never taken for one without entries', async () => {
    const without = ({ propertiesWithHistory: { amount: _, ...others }, ...record }: Reply) => ({
      ...{ ...record, propertiesWithHistory: others },
    })
    const { portal, run, first, here } = await historiedWorld(60, { between: tampering(without) })
    const report = await run()
    expect(batchesOf(portal)).toEqual([50])
    expect(report.jobs.deals?.history).toMatchObject({ unsettled: 0 })
    expect(amountsOf(await here(first))).toEqual([])
  })

  test('of a record that was not asked for is taken too, and one that is left out is asked for again', async () => {
    const { portal, store, run, ids, change } = await historiedWorld(4, {
      between: tampering((record, times) => {
        // The second reply has the first record twice, and lacks the others.
        if (times !== 2) return record
        return record.properties.dealname === 'Deal 0' ? [record, record] : []
      }),
    })
    await run()
    await change(ids, { amount: '5' })
    await run()
    await expectHistory(portal, store, 'deals', properties)
  })
})
