import { type ChangePage, contacts, type HubspotSync, type Store } from '@hubsync/core'
import type { Checkpoint } from '@hubsync/core/store'
import type { Portal } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { overtakenStore } from './support/overtaken-store.js'
import { restorablePlaces } from './support/restorable.js'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld } from './support/world.js'

const hour = 3_600_000

/** A world of contacts alone, with these options. */
const contactWorld = (store: Store, options: Parameters<typeof createWorld>[1] = {}) =>
  createWorld(store, { objects: [contacts] as never, ...options })

/** Creates a contact, so that the feed gets one more entry, and returns its id. */
async function tell({
  portal,
  sync,
  clock,
}: Pick<ReturnType<typeof createWorld>, 'portal' | 'sync' | 'clock'>): Promise<string> {
  await clock.advance(60_000)
  const id = portal.create('contacts', { firstname: 'told' })
  await sync.run()
  return id
}

/** A mirror that is backfilled, of a feed that is empty. */
async function quietWorld(store: Store, options: Parameters<typeof createWorld>[1] = {}) {
  const world = contactWorld(store, options)
  world.portal.create('contacts', { firstname: 'backfilled' })
  await world.sync.run()
  return world
}

const idsOf = ({ results }: ChangePage) => results.map(({ id }) => id)
const lost = (message: RegExp = /snapshot/) => ({
  code: 'CURSOR_LOST',
  message: expect.stringMatching(message),
})

describe.each(storesWithoutSqlJs)('a cursor of the change feed on $name', ({ open }) => {
  test('is refused once entries after it are forgotten, and the refusal says how to start again', async () => {
    const world = await quietWorld(open(), { changeRetention: '1h' })
    const { sync, clock } = world
    await tell(world)
    const { cursor } = await sync.changes()
    await tell(world)
    await clock.advance(2 * hour)
    await sync.run()
    await expect(sync.changes({ after: cursor })).rejects.toMatchObject(
      lost(/deleted \(`changeRetention`\).*`changes\(\{ after: 'now' \}\)`.*snapshot/),
    )
  })

  test('is good for as long as nothing behind it is forgotten', async () => {
    const world = await quietWorld(open(), { changeRetention: '1h' })
    const { sync, clock } = world
    await tell(world)
    await tell(world)
    const { cursor } = await sync.changes()
    await clock.advance(2 * hour)
    await sync.run()
    expect((await sync.changes()).results).toEqual([])
    expect(await sync.changes({ after: cursor })).toMatchObject({ results: [], cursor })
    const id = await tell(world)
    expect(idsOf(await sync.changes({ after: cursor }))).toEqual([id])
  })

  test('of an empty feed is followed from the first entry on, and refused once that is forgotten', async () => {
    const world = await quietWorld(open(), { changeRetention: '1h' })
    const { sync, clock } = world
    const { results, cursor } = await sync.changes()
    expect(results).toEqual([])
    const ids = [await tell(world), await tell(world)]
    expect(idsOf(await sync.changes({ after: cursor }))).toEqual(ids)
    await clock.advance(2 * hour)
    await sync.run()
    await expect(sync.changes({ after: cursor })).rejects.toMatchObject(lost())
  })

  test('of now passes over what is told already, and is followed by what comes', async () => {
    const world = await quietWorld(open())
    const { sync } = world
    const empty = await sync.changes({ after: 'now' })
    expect(empty).toMatchObject({ results: [], cursor: (await sync.changes()).cursor })
    const first = await tell(world)
    const { results, cursor } = await sync.changes({ after: 'now' })
    expect(results).toEqual([])
    expect(cursor).toBe((await sync.changes()).cursor)
    const second = await tell(world)
    expect(idsOf(await sync.changes({ after: cursor }))).toEqual([second])
    expect(idsOf(await sync.changes({ after: empty.cursor }))).toEqual([first, second])
  })

  test('stays good where the end of a backfill failed to be written after it was given', async () => {
    const store = open()
    const { sync, portal } = contactWorld(store)
    portal.createMany('contacts', 250, () => ({}))
    const commit = store.commit.bind(store)
    store.commit = (batch) => {
      const { stream, next } = batch.checkpoint ?? {}
      const { phase } = (next?.state ?? {}) as { phase?: string }
      const isEnd = stream === 'contacts' && phase === 'changes'
      return isEnd ? Promise.reject(new Error('cut off')) : commit(batch)
    }
    expect((await sync.run({ jobs: ['contacts'] })).status).toBe('failed')
    const { cursor } = await sync.changes({ after: 'now' })
    store.commit = commit
    expect((await sync.run()).status).toBe('complete')
    expect(await sync.changes({ after: cursor })).toMatchObject({ results: [] })
  })

  test('is given after the end of a backfill, though another process moves the feed at that moment', async () => {
    const store = open()
    const { sync, portal } = contactWorld(store)
    const portalId = String(portal.portalId)
    portal.createMany('contacts', 10, () => ({}))
    const commit = store.commit.bind(store)
    let isOvertaken = false
    store.commit = async (batch) => {
      const move = batch.fences?.find(({ stream }) => stream === 'changes:feed')
      if (move && !isOvertaken) {
        isOvertaken = true
        const { expected } = move
        const next = { ...(expected as Checkpoint), revision: Number(expected?.revision) + 1 }
        await commit({ portalId, at: batch.at, checkpoint: { ...move, next } })
      }
      return commit(batch)
    }
    expect((await sync.run({ jobs: ['contacts'] })).status).toBe('complete')
    expect(isOvertaken).toBe(true)
    const feed = (await store.readCheckpoint(portalId, 'changes:feed'))?.state
    expect(feed).toMatchObject({ ends: [{ object: 'contacts' }] })
  })

  test('of now is good where all was forgotten', async () => {
    const world = await quietWorld(open(), { changeRetention: '1h' })
    const { sync, clock } = world
    await tell(world)
    await clock.advance(2 * hour)
    await sync.run()
    const { cursor } = await sync.changes({ after: 'now' })
    const id = await tell(world)
    expect(idsOf(await sync.changes({ after: cursor }))).toEqual([id])
  })

  test('outlives the purging of the record that its entry tells of', async () => {
    const world = await quietWorld(open())
    const { portal, sync, clock } = world
    const id = await tell(world)
    const { cursor } = await sync.changes()
    await clock.advance(60_000)
    portal.purge('contacts', id)
    await sync.run()
    const { results } = await sync.changes({ after: cursor })
    expect(results).toMatchObject([{ id, kind: 'removed' }])
    expect((await sync.changes()).results[0]).toMatchObject({ id, kind: 'created', columns: {} })
  })

  test('of a mirror that was made anew at the same moments is refused, that of an empty feed too', async () => {
    const cursors: string[] = []
    const before = await quietWorld(open())
    cursors.push((await before.sync.changes()).cursor)
    await tell(before)
    cursors.push((await before.sync.changes()).cursor)
    before.close()
    const after = await quietWorld(open())
    await tell(after)
    for (const cursor of cursors)
      await expect(after.sync.changes({ after: cursor })).rejects.toMatchObject(
        lost(/made again, or restored from a backup/),
      )
  })

  test('belongs to one of the portals in a store, and so does what is forgotten', async () => {
    const store = open()
    const portalIds = [147_000_001, 147_000_002]
    const told: { sync: HubspotSync; portal: Portal; cursor: string; id: string }[] = []
    for (const portalId of portalIds) {
      const retention = portalId === portalIds[0] ? {} : { changeRetention: '1h' as const }
      const world = await quietWorld(store, {
        portal: { portalId },
        ...{ portalId: String(portalId), ...retention },
      })
      const { cursor } = await world.sync.changes()
      const id = await tell(world)
      await world.clock.advance(2 * hour)
      await world.sync.run()
      told.push({ ...world, cursor, id })
      world.close()
    }
    const [one, other] = told as [(typeof told)[0], (typeof told)[0]]
    expect(idsOf(await one.sync.changes({ after: one.cursor }))).toEqual([one.id])
    await expect(other.sync.changes({ after: other.cursor })).rejects.toMatchObject(lost())
    await expect(other.sync.changes({ after: one.cursor })).rejects.toMatchObject(lost())
    const { cursor } = await one.sync.changes()
    await expect(other.sync.changes({ after: cursor })).rejects.toMatchObject(lost())
  })

  test.each([[30], ['30'], [0], ['0']])(
    'as earlier versions gave it is refused: %j',
    async (after) => {
      const { sync } = await quietWorld(open())
      await expect(sync.changes({ after: after as string })).rejects.toMatchObject(
        lost(/earlier version/),
      )
    },
  )

  test.each([
    [-1],
    [1.5],
    [''],
    ['never'],
    ['1.'],
    ["1'; --"],
    [`1.${'x'.repeat(999)}`],
    [{}],
    [['30']],
    [Object.create(null)],
    [null],
  ])('that is none is an invalid option: %j', async (after) => {
    const { sync } = await quietWorld(open())
    await expect(sync.changes({ after: after as string })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/`after`/),
    })
  })

  test('that was changed by hand is refused', async () => {
    const world = await quietWorld(open())
    await tell(world)
    const { cursor } = await world.sync.changes()
    const [first, ...rest] = cursor
    const changed = [Number(first) + 1, ...rest].join('')
    await expect(world.sync.changes({ after: changed })).rejects.toMatchObject(lost())
  })
})

describe.each(storesWithoutSqlJs)('the change feed on $name', ({ open }) => {
  test('read without a cursor says whether its first entries are forgotten', async () => {
    const world = await quietWorld(open(), { changeRetention: '1h' })
    const { sync, clock } = world
    await tell(world)
    expect(await sync.changes()).toMatchObject({ forgotten: false })
    await clock.advance(2 * hour)
    const id = await tell(world)
    const page = await sync.changes()
    expect(page).toMatchObject({ forgotten: true })
    expect(idsOf(page)).toEqual([id])
    expect(await sync.changes({ after: page.cursor })).toMatchObject({ forgotten: false })
  })

  test('forgets nothing of what lies behind an entry that is young enough', async () => {
    const store = open()
    const { again, ...world } = await quietWorld(store)
    const { sync, clock } = world
    // Written by an earlier version, on a machine whose clock was half an hour ahead.
    const ahead: Store = {
      ...store,
      commit: (batch) =>
        store.commit({ ...batch, at: new Date(Date.parse(batch.at) + hour / 2).toISOString() }),
    }
    const early = await tell({ ...world, sync: again({ store: ahead }) })
    const late = await tell(world)
    await clock.advance(0.75 * hour)
    await again({ changeRetention: '30m' }).run()
    expect(idsOf(await sync.changes())).toEqual([early, late])
    await clock.advance(hour)
    await again({ changeRetention: '30m' }).run()
    expect(idsOf(await sync.changes())).toEqual([])
  })

  test('is never read past entries that are forgotten meanwhile', async () => {
    const store = open()
    const { again, ...world } = await quietWorld(store, { changeRetention: '1h' })
    const { cursor } = await world.sync.changes()
    const ids = [await tell(world), await tell(world)]
    let reads = 0
    let forgetting = Promise.resolve() as Promise<unknown>
    /** Reading it takes so long that a run forgets the whole feed right afterwards. */
    const slowly = async <T>(read: Promise<T>): Promise<T> => {
      const result = await read
      if (++reads === 1) {
        await world.clock.advance(2 * hour)
        forgetting = world.sync.run()
        await forgetting
      }
      return result
    }
    const slow = again({
      store: {
        ...store,
        changes: (portalId, page) => slowly(store.changes(portalId, page)),
        readCheckpoint: (portalId, stream) => slowly(store.readCheckpoint(portalId, stream)),
      },
    })
    const page = await slow.changes({ after: cursor }).catch((error: unknown) => error)
    expect(reads).toBeGreaterThan(0)
    if (page instanceof Error) expect(page).toMatchObject(lost())
    else expect(idsOf(page as ChangePage)).toEqual(ids)
  })

  test('is forgotten by one of two runs that end at the same moment', async () => {
    const store = open()
    const { again, ...world } = await quietWorld(store, { changeRetention: '1h' })
    await tell(world)
    await world.clock.advance(2 * hour)
    let beaten = false
    const slow = again({
      store: {
        ...store,
        async commit(batch) {
          if (batch.forgetChangesUpTo !== undefined && !beaten) {
            beaten = true
            await world.sync.run({ jobs: ['contacts:archived'] })
          }
          return store.commit(batch)
        },
      },
    })
    expect(await slow.run({ jobs: ['contacts'] })).toMatchObject({ status: 'complete' })
    expect(beaten).toBe(true)
    expect(await world.sync.changes()).toMatchObject({ results: [], forgotten: true })
  })

  test('begins its life once, also where two first runs begin at the same moment', async () => {
    const { sync, again } = contactWorld(open())
    await Promise.all([sync.run(), again().run()])
    expect((await sync.changes({ after: 'now' })).cursor).toBe(
      (await again().changes({ after: 'now' })).cursor,
    )
  })

  test.each<[string, string, (sync: HubspotSync, id: string) => Promise<unknown>]>([
    ['touch', 'sync_aside', (sync, id) => sync.syncRecords('contacts', [id])],
    ['walk of the bin', 'contacts:archived', (sync) => sync.run({ jobs: ['contacts:archived'] })],
  ])(
    'tells what a %s read before a backfill ended, and wrote after that',
    async (_, stream, read) => {
      const store = open()
      const { portal, sync, again, clock } = contactWorld(store)
      const [id = ''] = portal.createMany('contacts', 250, () => ({}))
      await clock.advance(hour)
      await sync.run({ jobs: ['contacts'], maxCalls: 3 })
      expect((await sync.get('contacts', id))?.status).toBe('ACTIVE')
      portal.archive('contacts', id)
      let cursor = ''
      const slow = overtakenStore(store, { stream }, async () => {
        expect((await sync.run({ jobs: ['contacts'] })).status).toBe('complete')
        cursor = (await sync.changes({ after: 'now' })).cursor
        expect((await sync.get('contacts', id))?.status).toBe('ACTIVE')
      })
      await read(again({ store: slow }), id)
      expect((await sync.get('contacts', id))?.status).toBe('ARCHIVED')
      const { results } = await sync.changes({ after: cursor })
      expect(results).toMatchObject([{ id, kind: 'archived' }])
    },
  )
})

describe.each(restorablePlaces)('a backup of the change feed on $name', ({ open }) => {
  /** A mirror that had one contact in its feed, was backed up, added two more, and was restored. */
  async function restoredWorld(options: Parameters<typeof createWorld>[1] = {}) {
    const place = open()
    const store = place.store()
    const world = await quietWorld(store, options)
    await tell(world)
    const before = (await world.sync.changes()).cursor
    await place.backUp()
    await tell(world)
    const within = (await world.sync.changes()).cursor
    await tell(world)
    const end = (await world.sync.changes()).cursor
    await store.close()
    await place.restore()
    return { ...world, sync: world.again({ store: place.store() }), before, within, end }
  }

  test('has a cursor of before it followed, once restored', async () => {
    const { sync, before, ...world } = await restoredWorld()
    expect((await sync.changes({ after: before })).results).toEqual([])
    const id = await tell({ sync, ...world })
    expect(idsOf(await sync.changes({ after: before }))).toContain(id)
  })

  test('has a cursor beyond its end refused, once restored', async () => {
    const { sync, end } = await restoredWorld()
    await expect(sync.changes({ after: end })).rejects.toMatchObject(
      lost(/made again, or restored from a backup/),
    )
  })

  test('has a cursor that it has grown beyond refused, once restored', async () => {
    const { sync, within, end, ...world } = await restoredWorld()
    for (let count = 0; count < 3; count++) await tell({ sync, ...world })
    expect((await sync.changes()).results.length).toBeGreaterThan(3)
    for (const cursor of [within, end])
      await expect(sync.changes({ after: cursor })).rejects.toMatchObject(
        lost(/made again, or restored from a backup/),
      )
  })

  test('that is older than the end of a backfill has cursors of after that refused, once restored', async () => {
    const place = open()
    const store = place.store()
    const { portal, sync, again, clock } = contactWorld(store)
    const ids = portal.createMany('contacts', 250, () => ({}))
    expect((await sync.run({ maxCalls: 4 })).status).toBe('partial')
    await place.backUp()
    const within = (await sync.changes({ after: 'now' })).cursor
    await sync.run()
    const { cursor } = await sync.changes({ after: 'now' })
    await store.close()
    await place.restore()
    const restored = again({ store: place.store() })
    await expect(restored.changes({ after: cursor })).rejects.toMatchObject(lost())
    await clock.advance(60_000)
    portal.update('contacts', ids[249] as string, { firstname: 'Changed' })
    await restored.run()
    // The continued backfill has read what changed, and has written no entry.
    expect((await restored.changes()).results).toEqual([])
    await expect(restored.changes({ after: cursor })).rejects.toMatchObject(lost())
    expect(await restored.changes({ after: within })).toMatchObject({ results: [] })
  })

  test('has a cursor that it has grown beyond refused, once restored and forgotten up to there', async () => {
    const { sync, end, ...world } = await restoredWorld({ changeRetention: '1h' })
    // The run that catches up writes entries about both contacts again.
    await world.clock.advance(60_000)
    await sync.run()
    const { results } = await sync.changes()
    expect(results).toHaveLength(3)
    await world.clock.advance(2 * hour)
    await sync.run()
    expect((await sync.changes()).results).toEqual([])
    await expect(sync.changes({ after: end })).rejects.toMatchObject(lost())
  })
})
