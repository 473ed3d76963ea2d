import { contacts, deals } from '@hubsync/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { HOUR } from '../traps/trap-world.js'
import { expectHistory, historied, historiedWorld, properties } from './support/history.js'
import { storesWithoutSqlJs } from './support/stores.js'

describe('the history of a record', () => {
  test('moves to the record that it is merged into, with that of the other', async () => {
    const { portal, store, runUntilEqual, first, change, here, sync } = await historiedWorld(3)
    const second = portal.create('deals', { dealstage: 'closedlost', amount: '70' })
    await change([second], { amount: '77' })
    await runUntilEqual()
    const [one, other] = [await here(first), await here(second)]
    const winner = portal.merge('deals', first, second)
    await change([], {})
    await runUntilEqual()
    expect(await here(first)).toEqual([])
    expect(await here(second)).toEqual([])
    const values = (await here(winner)).map(({ property, changedAt, value }) =>
      [property, changedAt, value].join(' '),
    )
    for (const { property, changedAt, value } of [...one, ...other])
      expect(values).toContain([property, changedAt, value].join(' '))
    await expectHistory(portal, store, 'deals', properties)
    expect(await sync.history('deals', first)).toEqual(await sync.history('deals', winner))
    expect((await sync.history('deals', first)).length).toBeGreaterThan(0)
  })

  test('moves with all that HubSpot no longer gives, if a merge gives it only that of one', async () => {
    const { portal, store, runUntilEqual, first, change, here } = await historiedWorld(3, {
      portal: { mergedHistory: 'primary' },
    })
    const second = portal.create('deals', { dealstage: 'closedlost', amount: '70' })
    await change([second], { amount: '77' })
    await runUntilEqual()
    const other = await here(second)
    const winner = portal.merge('deals', first, second)
    await change([], {})
    await runUntilEqual()
    const values = (await here(winner)).map(({ property, value }) => `${property} ${value}`)
    for (const { property, value } of other) expect(values).toContain(`${property} ${value}`)
    await expectHistory(portal, store, 'deals', properties)
  })

  test('moves on with that of a winner that is merged itself', async () => {
    const { portal, runUntilEqual, first, change, here, gaps } = await historiedWorld(3, {
      portal: { mergedHistory: 'primary' },
    })
    const [second, third] = [1, 2].map(() => portal.create('deals', { amount: '70' })) as [
      string,
      string,
    ]
    await change([second], { amount: '77' })
    await runUntilEqual()
    for (let at = 0; at < 25; at++) await change([first], { amount: `1${at}` })
    await runUntilEqual()
    const [all, gap] = [[...(await here(first)), ...(await here(second))], await gaps(first)]
    const middle = portal.merge('deals', second, first)
    await change([], {})
    await runUntilEqual()
    const winner = portal.merge('deals', third, middle)
    await change([], {})
    await runUntilEqual()
    const left = (await here(winner)).map(({ property, changedAt }) => `${property} ${changedAt}`)
    for (const { property, changedAt } of all) expect(left).toContain(`${property} ${changedAt}`)
    const ends = (await gaps(winner)).map(({ before }) => before)
    for (const { before } of gap) expect(ends).toContain(before)
  })

  test.each(storesWithoutSqlJs)(
    'leaves no gap in a winner that HubSpot gives the latest values of both, on $name',
    async ({ open }) => {
      const world = await historiedWorld(3, { store: open() })
      const { portal, store, sync, first, change, gaps, here } = world
      onTestFinished(() => store.close())
      const second = portal.create('deals', { amount: '70' })
      for (let run = 0; run < 3; run++) {
        for (let at = 0; at < 9; at++) await change([first, second], { amount: `${run}${at}` })
        expect(await sync.run()).toMatchObject({ status: 'complete' })
      }
      const winner = portal.merge('deals', second, first)
      await change([winner], { amount: '9' })
      expect(await sync.run()).toMatchObject({ status: 'complete' })
      expect(await gaps(winner)).toEqual([])
      const amounts = (await here(winner)).filter(({ property }) => property === 'amount')
      expect(amounts.length).toBeGreaterThan(55)
    },
  )

  test('still tells where a gap was, once HubSpot gives what came after it as the winner’s', async () => {
    const { portal, sync, runUntilEqual, first, change, gaps } = await historiedWorld(3)
    const second = portal.create('deals', { amount: '70' })
    await change([], {})
    await runUntilEqual()
    for (let at = 0; at < 25; at++) await change([first], { amount: `1${at}` })
    await runUntilEqual()
    const [gap] = await gaps(first)
    const winner = portal.merge('deals', first, second)
    await change([], {})
    await runUntilEqual()
    const amounts = await sync.history('deals', winner, { property: 'amount' })
    const after = amounts.find(({ changedAt }) => changedAt === gap?.before)
    expect(after).toMatchObject({ mergedFrom: null, isAfterGap: true })
  })

  test('stays while the record is in the bin, and goes on once it is restored', async () => {
    const { portal, store, runUntilEqual, first, change, here } = await historiedWorld(2)
    await runUntilEqual()
    await change([first], { amount: '5' })
    portal.archive('deals', first)
    await change([], {})
    await runUntilEqual()
    // It changed after the last run, and is read in the bin.
    expect((await here(first)).map(({ value }) => value)).toContain('5')
    await expectHistory(portal, store, 'deals', properties)
    portal.restore('deals', first)
    await change([first], { amount: '6' })
    await runUntilEqual()
    expect((await here(first)).map(({ value }) => value)).toEqual(
      expect.arrayContaining(['5', '6']),
    )
    await expectHistory(portal, store, 'deals', properties)
  })

  test('is erased with a record that is gone for good', async () => {
    const { portal, first, here, again, runUntilEqual } = await historiedWorld(2)
    await runUntilEqual()
    portal.purge('deals', first)
    expect(await again({ census: 0 }).run()).toMatchObject({ status: 'complete' })
    expect(await here(first)).toEqual([])
  })

  test('is read with records that syncRecords() and the queue read', async () => {
    const { portal, store, sync, runUntilEqual, ids, first, change } = await historiedWorld(2)
    await runUntilEqual()
    await change([first], { amount: '5' })
    await sync.syncRecords('deals', [first])
    await expectHistory(portal, store, 'deals', properties)
    await change([ids[1] ?? ''], { amount: '6' })
    await sync.enqueue([{ object: 'deals', id: ids[1] ?? '' }])
    await sync.syncQueued()
    await expectHistory(portal, store, 'deals', properties)
  })

  test('is read with records that are read again to fill a column', async () => {
    const { portal, store, runUntilEqual, again, first, change } = await historiedWorld(60)
    await runUntilEqual()
    await change([first], { amount: '5' })
    const [definition] = historied
    const wider = definition?.extend({ properties: ['description'] })
    expect(await again({ objects: [wider] }).run()).toMatchObject({ status: 'complete' })
    await expectHistory(portal, store, 'deals', properties)
  })

  test('is not written a second time by refreshProperties()', async () => {
    const { runUntilEqual, sync, first, here } = await historiedWorld(2)
    await runUntilEqual()
    const before = await here(first)
    const report = await sync.refreshProperties({ properties: ['amount', 'dealstage'] })
    expect(report.jobs['deals:refresh']?.history).toBeUndefined()
    expect(await here(first)).toEqual(before)
  })

  test('of a record that arrives as the far end of a link is read with it', async () => {
    const { portal, store, again, clock } = await historiedWorld(1, {
      objects: [contacts, ...historied],
      associations: [['contacts', 'deals'] as never],
    })
    const contact = portal.create('contacts', { email: 'ann@example.com' })
    const sync = again()
    await sync.run()
    await clock.advance(2 * HOUR)
    const deal = portal.create('deals', { dealstage: 'closedwon' })
    portal.associate('contacts', contact, 'deals', deal)
    portal.update('contacts', contact, { firstname: 'Ann' })
    await clock.advance(2 * HOUR)
    expect(await sync.run({ jobs: ['contacts'] as never[] })).toMatchObject({ status: 'complete' })
    expect(await store.get(String(portal.portalId), 'deals', deal)).not.toBeNull()
    await expectHistory(portal, store, 'deals', properties)
  })
})

describe.each(storesWithoutSqlJs)('a long history, on $name,', ({ open }) => {
  test('is here, whatever happened to its records', async () => {
    const { portal, store, ids, first, change, gaps, here, again, clock } = await historiedWorld(
      60,
      {
        store: open(),
      },
    )
    onTestFinished(() => store.close())
    const sync = again({ census: 0 })
    const expectRun = async () => {
      expect(await sync.run()).toMatchObject({ status: 'complete' })
      await expectHistory(portal, store, 'deals', properties)
    }
    await expectRun()
    for (let at = 0; at < 12; at++) await change(ids.slice(0, 3), { amount: `1${at}` })
    await expectRun()
    for (let at = 0; at < 60; at++) await change([first], { amount: `2${at}` })
    await expectRun()
    expect(await gaps(first)).toMatchObject([{ property: 'amount' }])
    const second = portal.create('deals', { amount: '1' })
    await change([second], { amount: '2' })
    portal.archive('deals', ids[1] ?? '')
    await expectRun()
    const winner = portal.merge('deals', first, second)
    portal.restore('deals', ids[1] ?? '')
    portal.purge('deals', ids[2] ?? '')
    await clock.advance(2 * HOUR)
    await expectRun()
    expect(await here(ids[2] ?? '')).toEqual([])
    expect(await here(first)).toEqual([])
    const found = await gaps(winner)
    expect(found.map(({ mergedFrom }) => mergedFrom)).toContain(first)
    expect(await sync.verify()).toMatchObject({
      status: 'equal',
      history: { deals: { missing: 0 } },
    })
  })
})

describe('verify()', () => {
  test('proves that the history is equal', async () => {
    const { portal, runUntilEqual, sync, ids } = await historiedWorld(60)
    portal.archive('deals', ids[7] ?? '')
    await runUntilEqual()
    expect(await sync.verify()).toMatchObject({
      status: 'equal',
      history: { deals: { compared: 60, missing: 0, newer: 0, unsettled: 0, ids: [] } },
    })
  })

  test('has nothing to say of it where the definition asks for none', async () => {
    const { sync, runUntilEqual } = await historiedWorld(1, { objects: [deals] })
    await runUntilEqual()
    expect(await sync.verify()).toMatchObject({ status: 'equal', history: {} })
  })

  test('finds values that are not here, and reads them if it repairs', async () => {
    const { portal, store, runUntilEqual, sync, first, change, again } = await historiedWorld(60)
    await runUntilEqual()
    await change([first], { amount: '5' })
    // A process without history writes the row, and the job that would find that is left out.
    await again({ objects: [deals] }).run()
    expect(await sync.verify()).toMatchObject({
      history: { deals: { missing: 1, ids: [first] } },
    })
    await sync.verify({ repair: true })
    await expectHistory(portal, store, 'deals', properties)
  })

  test('counts what changed after the last run as work for the next', async () => {
    const { runUntilEqual, sync, first, change } = await historiedWorld(3)
    await runUntilEqual()
    await change([first], { amount: '5' })
    expect(await sync.verify()).toMatchObject({
      status: 'equal',
      history: { deals: { missing: 0, newer: 1 } },
    })
  })

  test('goes on in slices', async () => {
    const { runUntilEqual, sync } = await historiedWorld(1_100)
    await runUntilEqual()
    let report = await sync.verify({ maxCalls: 12 })
    for (let runs = 0; report.status === 'partial' && runs < 20; runs++)
      report = await sync.verify({ maxCalls: 12 })
    expect(report).toMatchObject({ status: 'equal', history: { deals: { compared: 1_100 } } })
  })
})
