import { deals, type ObjectDefinition } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { expectHistory, historied, properties } from './support/history.js'
import { sharedDatabases } from './support/shared-database.js'
import { createWorld, populate } from './support/world.js'

const rarely = { census: '24h', associations: [], reference: false } as const
const tables = ['deals_history', 'deals_history_gaps', 'deals_stages']

describe.each(sharedDatabases)(
  'a history that definitions no longer name, on $name,',
  ({ open }) => {
    /** A mirror of deals with their history, and how a process begins anew with other definitions. */
    const mirrored = async () => {
      const database = open()
      const world = createWorld(database.store(), { ...rarely, objects: historied as never })
      const { deals: ids } = populate(world.portal, { contacts: 0, companies: 0, deals: 3 })
      const [first = ''] = ids
      await world.sync.run()
      const anew = (objects: readonly ObjectDefinition[], store = database.store()) =>
        Object.assign(world.again({ ...rarely, store, objects: objects as never }), { store })
      return { ...world, database, first, anew }
    }
    const history = { table: 'deals_history', column: null, shared: false }

    test('is told by status and plan as one part, with the entries that it has', async () => {
      const { anew, database } = await mirrored()
      const { length: rows } = await database.lines('deals_history')
      const sync = anew([deals])
      const stale = [expect.objectContaining({ ...history, rows })]
      expect((await sync.status()).definitions.stale).toEqual(stale)
      expect((await sync.plan()).definitions.stale).toEqual(stale)
      expect(rows).toBeGreaterThan(0)
    })

    test('is kept until prune drops it, with its gaps and the view of the stages', async () => {
      const { anew, database } = await mirrored()
      const sync = anew([deals])
      await sync.run()
      expect(await database.lines('deals_history')).not.toEqual([])
      expect(await sync.prune({ dryRun: true })).toMatchObject({
        status: 'listed',
        parts: [history],
      })
      expect(await database.lines('deals_history')).not.toEqual([])
      expect(await sync.prune()).toMatchObject({ status: 'dropped', parts: [history] })
      for (const table of tables) await expect(database.lines(table), table).rejects.toThrow()
      expect((await sync.status()).definitions.stale).toEqual([])
      expect((await sync.run()).status).toBe('complete')
      expect((await sync.verify()).status).toBe('equal')
    })

    test('is read again once it is asked for again, pruned or not', async () => {
      for (const isPruned of [false, true]) {
        const { anew, portal, clock, first } = await mirrored()
        const less = anew([deals])
        await less.run()
        await clock.advance(3_600_000)
        portal.update('deals', first, { amount: '7' })
        await clock.advance(3_600_000)
        await less.run()
        if (isPruned) await less.prune()
        const more = anew(historied)
        const lacking = expect.arrayContaining(properties)
        expect((await more.status()).objects).toMatchObject({ deals: { history: { lacking } } })
        expect((await more.plan()).objects).toMatchObject({ deals: { historyCalls: 1 } })
        expect((await more.run()).status).toBe('complete')
        await expectHistory(portal, more.store, 'deals', properties)
        expect((await more.verify()).status).toBe('equal')
      }
    })

    test('is erased of records that are purged while nobody asks for it', async () => {
      const { anew, database, portal, clock, first } = await mirrored()
      portal.archive('deals', first)
      portal.purge('deals', first)
      await clock.advance(25 * 3_600_000)
      await anew([deals]).run()
      const left = await database.lines('deals_history')
      expect(left.filter(({ source_id }) => source_id === first)).toEqual([])
      expect(left).not.toEqual([])
    })
  },
)
