import { memoryStore } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { HOUR, mirrored } from './support/mirrored.js'
import { createWorld, populate } from './support/world.js'

const alone = { census: false, associationSweep: false } as const
type Slice = { maxCalls: number } | { budgetMs: number }
type World = Awaited<ReturnType<typeof mirrored>>

/** Runs in slices, an hour apart, until the mirror has a record of that name. Returns the number of slices. */
async function slicesUntil(
  { sync, clock }: World,
  slice: Slice,
  [object, id]: readonly ['contacts' | 'companies', string],
): Promise<number> {
  for (let slices = 1; slices < 100; slices++) {
    await sync.run(slice)
    await clock.advance(HOUR)
    const { raw } = (await sync.get(object, id)) ?? {}
    if (Object.values(raw?.properties ?? {}).includes('changed')) return slices
  }
  throw new Error(`Expected a change of ${object} to arrive within 100 slices.`)
}

describe.each<Slice>([{ maxCalls: 8 }, { maxCalls: 40 }, { budgetMs: 5_000 }])(
  'in slices of %j changes arrive',
  (slice) => {
    test('though a record that was left unanswered stays so', async () => {
      const world = await mirrored(alone)
      const { portal, sync, clock, contacts } = world
      const [ill = '', other = ''] = contacts
      portal.update('contacts', ill, { firstname: 'ill' })
      for (const operation of ['list', 'batch-read', 'associations'] as const)
        portal.fault({ kind: 'error', holding: [ill], operation, times: Infinity })
      await clock.advance(HOUR)
      expect((await sync.run()).jobs.contacts?.reason).toMatch(/1 record unanswered/)
      portal.update('contacts', other, { firstname: 'changed' })
      await clock.advance(HOUR)
      expect(await slicesUntil(world, slice, ['contacts', other])).toBeLessThan(8)
    })

    test('though a record that is waiting in the queue can not be read', async () => {
      const world = await mirrored(alone)
      const { portal, sync, clock, contacts, companies } = world
      const [ill = ''] = contacts
      const [company = ''] = companies
      portal.fault({ kind: 'error', holding: [ill], operation: 'batch-read', times: Infinity })
      await sync.enqueue([{ object: 'contacts', id: ill }])
      portal.update('companies', company, { name: 'changed' })
      await clock.advance(HOUR)
      expect(await slicesUntil(world, slice, ['companies', company])).toBeLessThan(8)
    })

    test('though parts of a change window can not be searched', async () => {
      const world = await mirrored(alone)
      const { portal, clock, contacts } = world
      const ill = contacts.slice(0, 3)
      for (const id of ill) {
        portal.update('contacts', id, { firstname: 'ill' })
        await clock.advance(60_000)
      }
      portal.fault({ kind: 'error', holding: ill, operation: 'search', times: Infinity })
      await clock.advance(HOUR)
      const other = contacts[10] as string
      portal.update('contacts', other, { firstname: 'changed' })
      await clock.advance(HOUR)
      expect(await slicesUntil(world, slice, ['contacts', other])).toBeLessThan(90)
    })
  },
)

test.each([5, 6, 8, 10, 12])(
  'a whole run after a slice of %d calls asks for the parts of a window again that could not be searched',
  async (maxCalls) => {
    const { portal, sync, clock, contacts } = await mirrored(alone)
    const ill = contacts.slice(0, 3)
    for (const id of ill) {
      portal.update('contacts', id, { firstname: 'ill' })
      await clock.advance(60_000)
    }
    portal.fault({ status: 400, body: '', holding: ill, operation: 'search', times: Infinity })
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('failed')
    await sync.run({ maxCalls })
    portal.clearFaults()
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
  },
)

test('a backfill in slices comes to its end though a record in the queue can not be read', async () => {
  const { portal, sync, clock } = createWorld(memoryStore(), alone)
  const { contacts } = populate(portal, { contacts: 900, companies: 4, deals: 4 })
  const ill = contacts[700] as string
  await sync.run({ maxCalls: 4 })
  portal.fault({ kind: 'error', holding: [ill], operation: 'batch-read', times: Infinity })
  await sync.enqueue([{ object: 'contacts', id: ill }])
  const phase = async () => (await sync.status()).objects.contacts?.phase
  for (let slices = 1; (await phase()) === 'backfill'; slices++) {
    expect(slices).toBeLessThan(40)
    await sync.run({ maxCalls: 8 })
    await clock.advance(60_000)
  }
})

test('what is asked for again keeps to the calls of a slice', async () => {
  const { portal, sync, clock, contacts } = await mirrored(alone, { contacts: 3_000 })
  for (const id of contacts) portal.update('contacts', id, { firstname: 'changed' })
  portal.fault({ kind: 'omit', operation: 'associations', ids: contacts, times: Infinity })
  await clock.advance(HOUR)
  expect((await sync.run()).jobs.contacts?.reason).toMatch(/3000 records unanswered/)
  portal.clearFaults()
  await clock.advance(HOUR)
  const { calls, status } = await sync.run({ maxCalls: 5 })
  expect(status).toBe('partial')
  expect(calls).toBeLessThan(20)
  for (let slices = 1; (await sync.run({ maxCalls: 10 })).status !== 'complete'; slices++)
    expect(slices).toBeLessThan(40)
})
