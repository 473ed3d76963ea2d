import { createMirrorReader, deals, type Store, type StoredRow } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { HOUR } from '../traps/trap-world.js'
import { historied, historiedWorld } from './support/history.js'

const DAY = 24 * HOUR

/** Adds stages to the history of a deal, a day apart, by readings that have none in common. */
async function addStages(
  store: Store,
  portalId: string,
  id: string,
  { count, from }: { count: number; from: number },
) {
  const row = (await store.get(portalId, 'deals', id)) as StoredRow
  const source = { sourceType: 'API', sourceRef: null, sourceLabel: null, userId: null }
  const at = new Date(from + count * DAY).toISOString()
  for (let number = 0; number < count; number++) {
    const changedAt = new Date(from + number * DAY).toISOString()
    const rows = [{ ...row, history: { dealstage: [{ changedAt, value: 'won', ...source }] } }]
    await store.commit({ portalId, at, rows: [{ object: 'deals', rows, feed: false }] })
  }
}

describe('history()', () => {
  test('gives the values of a record, newest first, with labels and names', async () => {
    const { portal, runUntilEqual, sync, first, clock } = await historiedWorld(1, {
      reference: true,
      objects: [deals.extend({ history: ['stage', 'ownerId'] })],
    })
    const ann = portal.createOwner({ email: 'ann@example.com', firstName: 'Ann', lastName: 'Lee' })
    const userId = Number(portal.owners()[0]?.userId)
    const source = { sourceType: 'CRM_UI', sourceId: `userId:${userId}`, updatedByUserId: userId }
    clock.set(clock.now() + 1)
    portal.update('deals', first, { hubspot_owner_id: ann, dealstage: 'closedwon' }, { source })
    await clock.advance(7_200_000)
    await runUntilEqual()
    const history = await sync.history('deals', first)
    expect(history.slice(0, 3)).toEqual([
      expect.objectContaining({
        ...{ property: 'hubspot_owner_id', value: ann, label: 'Ann Lee', userName: 'Ann Lee' },
        ...{ userId: String(userId), isAfterGap: false, mergedFrom: null },
      }),
      expect.objectContaining({ property: 'dealstage', value: 'closedwon', label: 'Closed won' }),
      expect.objectContaining({
        ...{ property: 'dealstage', value: 'qualifiedtobuy', label: 'Qualified to buy' },
        ...{ userName: null },
      }),
    ])
    expect(Object.keys(history[0] ?? {})).not.toContain('syncedAt')
  })

  test('gives that of one property, by the name of its column or in HubSpot', async () => {
    const { runUntilEqual, sync, first } = await historiedWorld(1)
    await runUntilEqual()
    const stages = await sync.history('deals', first, { property: 'stage' })
    expect(stages.map(({ value }) => value)).toEqual(['qualifiedtobuy', 'appointmentscheduled'])
    expect(await sync.history('deals', first, { property: 'dealstage' })).toEqual(stages)
  })

  test('gives pages', async () => {
    const { runUntilEqual, sync, first } = await historiedWorld(1)
    await runUntilEqual()
    const all = await sync.history('deals', first)
    const [newest, ...others] = all
    const page = await sync.history('deals', first, { limit: 1 })
    expect(page).toEqual([newest])
    expect(await sync.history('deals', first, { after: page[0] })).toEqual(others)
  })

  test('takes the moment of a place in any form, and refuses what is none', async () => {
    const { runUntilEqual, sync, first } = await historiedWorld(1)
    await runUntilEqual()
    const [newest, ...others] = await sync.history('deals', first)
    const inAnotherZone = (newest?.changedAt ?? '').replace('Z', '+00:00')
    const after = { ...newest, changedAt: inAnotherZone } as NonNullable<typeof newest>
    expect(await sync.history('deals', first, { after })).toEqual(others)
    const places = [
      { ...after, changedAt: 'yesterday' },
      { ...after, ordinal: 0.5 },
    ]
    for (const after of places)
      await expect(sync.history('deals', first, { after })).rejects.toThrow(
        /^Expected `after.(changedAt|ordinal)` in history\(…\) to be /,
      )
  })

  test('knows every gap of a record that has more than a thousand', async () => {
    const { run, store, portal, first, sync } = await historiedWorld(1)
    await run()
    await addStages(store, String(portal.portalId), first, { count: 1_010, from: 0 })
    const history = await sync.history('deals', first, { property: 'stage' })
    expect(history.filter(({ isAfterGap }) => isAfterGap).length).toBeGreaterThan(1_000)
  })

  test('gives nothing of a record that is unknown', async () => {
    const { runUntilEqual, sync } = await historiedWorld(1)
    await runUntilEqual()
    expect(await sync.history('deals', '999')).toEqual([])
  })

  test('is refused where the definition keeps no history, or not that of the property', async () => {
    const { runUntilEqual, sync, first, again } = await historiedWorld(1)
    await runUntilEqual()
    await expect(again({ objects: [deals] }).history('deals', first)).rejects.toThrow(
      "Expected the definition of deals to keep the history of properties, got one that names none. Give it one: deals.extend({ history: ['name'] }).",
    )
    await expect(sync.history('deals', first, { property: 'closedate' })).rejects.toThrow(
      'Expected `property` in history(\'deals\', …) to be one whose history is kept (dealstage, amount, pipeline), got "closedate".',
    )
  })

  test('is read by a reader, also of everything that the mirror has', async () => {
    const { runUntilEqual, store, first, sync } = await historiedWorld(1)
    await runUntilEqual()
    const all = await sync.history('deals', first)
    const reader = createMirrorReader({ store, objects: historied })
    expect(await reader.history('deals', first)).toEqual(all)
    const whole = createMirrorReader({ store, objects: 'all' })
    expect(await whole.history('deals', first)).toEqual(all)
  })
})
