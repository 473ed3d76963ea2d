import * as core from '@hubsync/core'
import { companies, contacts, deals, memoryStore, type Store } from '@hubsync/core'
import type { Portal } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { type Between, createTrapWorld, settledWorld } from '../traps/trap-world.js'
import { expectEqual } from './support/equality.js'
import { HOUR, mirrored } from './support/mirrored.js'
import { overtakenStore } from './support/overtaken-store.js'
import { createWorld, populate } from './support/world.js'

const alone = { census: false, associationSweep: false } as const

/** Stores a record as purged that HubSpot still has, as a mistaken process does. */
async function purgeWrongly(
  { portal, store, clock }: { portal: Portal; store: Store; clock: { now(): number } },
  object: string,
  id: string,
): Promise<void> {
  await store.commit({
    portalId: String(portal.portalId),
    at: new Date(clock.now()).toISOString(),
    tombstones: [{ object, id, reason: 'purged', intoId: null }],
  })
}

describe('a record that was wrongly taken for purged comes back', () => {
  test('as the far end of an association', async () => {
    const world = await mirrored({ census: false })
    const { portal, store, sync, clock, companies } = world
    await purgeWrongly(world, 'companies', companies[0] as string)
    await clock.advance(HOUR)
    const { status, jobs } = await sync.run()
    expect(status).toBe('complete')
    expect(jobs.associations).toMatchObject({ unlinked: 0 })
    await expectEqual(portal, store)
  })

  test('when it is asked for again after it was left unanswered', async () => {
    const world = await mirrored(alone)
    const { portal, store, sync, clock, contacts, leaveOut } = world
    portal.update('contacts', contacts[0] as string, { firstname: 'changed' })
    await clock.advance(2 * HOUR)
    const silent = leaveOut('batch-read', contacts[0])
    expect((await sync.run()).status).toBe('partial')
    await clock.advance(2 * HOUR)
    await purgeWrongly(world, 'contacts', contacts[0] as string)
    await clock.advance(2 * HOUR)
    silent.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test.each([
    ['by their ids', 'all'],
    ['by a list', 'mapped'],
  ] as const)('in a backfill that reads the records %s', async (_, properties) => {
    const world = createWorld(memoryStore(), {
      ...alone,
      objects: [contacts.extend({ properties }), companies, deals],
    })
    const { portal, store, sync, clock } = world
    const ids = populate(portal, { contacts: 10, companies: 0, deals: 0 })
    portal.archive('contacts', ids.contacts[1] as string)
    await clock.advance(2 * HOUR)
    await sync.run({ jobs: ['deals'] })
    for (const id of ids.contacts.slice(0, 2)) await purgeWrongly(world, 'contacts', id)
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })
})

const READ_BY_ID = /\/contacts\/batch\/read$/

/** HubSpot, but as long as `mixedUp` is set, it returns another contact than the requested one. */
function mixingUp() {
  const mistake: { mixedUp?: [asked: string, answered: string] | undefined } = {}
  const between: Between = (call, answer) => {
    const { inputs } = (call.body ?? {}) as { inputs?: { id: string }[] }
    const [asked, answered] = mistake.mixedUp ?? []
    if (READ_BY_ID.test(call.path) && inputs?.length === 1 && inputs[0]?.id === asked)
      call.body = { ...(call.body as object), inputs: [{ id: answered }] }
    return answer()
  }
  return { mistake, between }
}

/** HubSpot, but `restore` is called after the active records were requested and before those in the bin are. */
function restoring() {
  const meanwhile: { restore?: (() => void) | undefined } = {}
  const between: Between = (call, answer) => {
    if (READ_BY_ID.test(call.path) && call.qs?.archived) {
      meanwhile.restore?.()
      meanwhile.restore = undefined
    }
    return answer()
  }
  return { meanwhile, between }
}

describe('a record that HubSpot has is not taken for gone', () => {
  test('where HubSpot once answers with another record, which is not the one it was merged into', async () => {
    const { mistake, between } = mixingUp()
    const { portal, store, sync, clock, contacts } = await settledWorld(core, { between })
    const [asked, answered] = contacts as [string, string]
    portal.update('contacts', asked, { firstname: 'Changed' })
    await clock.advance(HOUR)
    mistake.mixedUp = [asked, answered]
    expect((await sync.run()).status).toBe('partial')
    expect(await store.tombstone(String(portal.portalId), 'contacts', asked)).toBeNull()
    mistake.mixedUp = undefined
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test.each<[string, (sync: core.HubspotSync, id: string) => Promise<unknown>]>([
    ['a touch', (sync, id) => sync.syncRecords('contacts', [id])],
    ['a census', (sync) => sync.run({ jobs: ['contacts:census'] })],
  ])('where it is restored while %s asks for it', async (_, read) => {
    const { meanwhile, between } = restoring()
    const { portal, sync, clock, contacts } = await settledWorld(core, { between })
    const [id] = contacts as [string]
    portal.archive('contacts', id)
    await clock.advance(60_000)
    meanwhile.restore = () => portal.restore('contacts', id)
    await read(sync, id)
    expect(meanwhile.restore).toBeUndefined()
    expect(await sync.get('contacts', id)).not.toBeNull()
    const { results } = await sync.changes()
    expect(results.map(({ kind }) => kind)).not.toContain('removed')
  })
})

const dateOf = ({ headers }: Response) => headers.get('date') ?? ''

describe('whatever the clock of a machine says', () => {
  test('a record that it took for purged comes back once it changes', async () => {
    let isUnknown = false
    const between: Between = async (call, answer) => {
      const reply = await answer()
      if (!READ_BY_ID.test(call.path) || !isUnknown) return reply
      const { inputs } = call.body as { inputs: { id: string }[] }
      const context = { ids: inputs.map(({ id }) => id) }
      const errors = [{ status: 'error', category: 'OBJECT_NOT_FOUND', context }]
      return Response.json({ results: [], errors }, { headers: { date: dateOf(reply) } })
    }
    const world = await settledWorld(core, { between })
    const { portal, store, sync, again, clock, contacts } = world
    const [id] = contacts as [string]
    const ahead = { now: () => clock.now() + 3 * HOUR, sleep: clock.sleep }
    isUnknown = true
    expect(await again({ clock: ahead }).syncRecords('contacts', [id])).toMatchObject({
      removed: 1,
    })
    isUnknown = false
    await clock.advance(HOUR)
    portal.update('contacts', id, { firstname: 'Changed' })
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('a record that it removed is not brought back by a page from before', async () => {
    const { portal, store, again, clock } = createTrapWorld(core)
    const [id = ''] = portal.createMany('contacts', 3, () => ({}))
    await clock.advance(HOUR)
    const behind = { now: () => clock.now() - 3 * HOUR, sleep: clock.sleep }
    const slow = overtakenStore(store, { stream: 'contacts' }, async () => {
      await clock.advance(60_000)
      await again({ clock: behind }).syncRecords('contacts', [id])
      portal.purge('contacts', id)
      await again({ clock: behind }).syncRecords('contacts', [id])
    })
    await again({ store: slow }).run()
    await expectEqual(portal, store)
  })
})
