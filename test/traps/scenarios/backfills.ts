import assert from 'node:assert/strict'
import { breakingStore } from '../../integration/support/breaking-store.js'
import { expectEqual } from '../../integration/support/equality.js'
import { populate } from '../../integration/support/world.js'
import { type Core, createTrapWorld, HOUR, isList, settledWorld } from '../trap-world.js'

export const backfills = {
  async 'a run that is killed at any commit loses nothing'(core: Core) {
    const settled = async () => {
      const world = createTrapWorld(core, { objects: [core.companies] })
      populate(world.portal, { contacts: 0, companies: 130, deals: 0 })
      // Nothing is so recent that it is read again anyway.
      await world.clock.advance(2 * HOUR)
      return world
    }
    const { store, again } = await settled()
    const counting = breakingStore(store, { at: 0, landed: false })
    await again({ store: counting }).run()
    assert.ok(counting.commits > 4)
    for (const landed of [true, false])
      for (let at = 1; at <= counting.commits; at++) {
        const world = await settled()
        const dying = world.again({ store: breakingStore(world.store, { at, landed }) })
        await dying.run().catch(() => undefined)
        await world.runUntilEqual()
      }
  },

  async 'what is edited while the list is read is not missed'(core: Core) {
    let pages = 0
    const { portal, clock, runUntilEqual } = createTrapWorld(core, {
      objects: [core.companies],
      async between(call, answer) {
        const reply = await answer()
        if (isList(call) && ++pages === 1) {
          clock.set(clock.now() + 5)
          portal.update('companies', companies[0] as string, { name: 'listed already' })
          clock.set(clock.now() + 2 * HOUR)
          portal.update('companies', companies[249] as string, { name: 'still to be listed' })
        }
        return reply
      },
    })
    const { companies } = populate(portal, { contacts: 0, companies: 250, deals: 0 })
    await runUntilEqual()
  },

  async 'a list that breaks off is not taken for its end'(core: Core) {
    const { portal, store, sync, run } = createTrapWorld(core, { objects: [core.companies] })
    populate(portal, { contacts: 0, companies: 250, deals: 0 })
    const broken = portal.fault({ kind: 'html', operation: 'list', after: 1, times: 1_000 })
    const report = await sync.run()
    assert.equal(report.status, 'failed', `the run claims to be ${report.status}`)
    broken.remove()
    await run()
    await expectEqual(portal, store)
  },

  async 'an object with 400 properties is read whole'(core: Core) {
    const everything = core.contacts.extend({ properties: 'all' })
    const { portal, sync, run } = createTrapWorld(core, { objects: [everything] })
    const names = Array.from({ length: 400 }, (_, index) => `a_rather_long_property_name_${index}`)
    for (const name of names) portal.defineProperty('contacts', { name, type: 'string' })
    const values = Object.fromEntries(names.map((name) => [name, `value of ${name}`]))
    const contact = portal.create('contacts', values)
    await run()
    const properties = (await sync.get('contacts', contact))?.raw.properties
    for (const name of names) assert.equal(properties?.[name], values[name], `property ${name}`)
  },

  async 'a run that outlives its token goes on with the next'(core: Core) {
    let asked = 0
    let pages = 0
    const { portal, clock, again, store } = createTrapWorld(core, {
      objects: [core.companies],
      async between(call, answer) {
        const reply = await answer()
        if (isList(call) && ++pages === 1) {
          clock.set(clock.now() + HOUR / 2)
          portal.revoke(portal.token)
        }
        return reply
      },
    })
    portal.addToken('the-next')
    populate(portal, { contacts: 0, companies: 250, deals: 0 })
    const sync = again({ accessToken: async () => (++asked === 1 ? portal.token : 'the-next') })
    const { status } = await sync.run()
    assert.equal(status, 'complete', `the run is ${status}`)
    assert.deepEqual(
      portal.calls.filter((call) => call.status === 401),
      [],
    )
    await expectEqual(portal, store)
  },

  async 'all calls are of the version that is asked for'(core: Core) {
    const { portal, runUntilEqual } = await settledWorld(core, { apiVersion: '2026-09' })
    await runUntilEqual()
    const paths = portal.calls.map(({ path }) => path)
    assert.deepEqual(
      paths.filter((path) => !path.includes('/2026-09/')),
      [],
      'calls of another version',
    )
  },

  async "a token of another portal is refused, and the store stays that portal's"(core: Core) {
    const first = await settledWorld(core)
    const second = createTrapWorld(core, { store: first.store, portal: { portalId: 147000002 } })
    populate(second.portal, { contacts: 3, companies: 1, deals: 1 })
    await assert.rejects(second.sync.run(), { code: 'PORTAL_MISMATCH' })
    await first.runUntilEqual()
  },
}
