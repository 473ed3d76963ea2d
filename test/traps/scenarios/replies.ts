import assert from 'node:assert/strict'
import { vi } from 'vitest'
import { expectEqual } from '../../integration/support/equality.js'
import { type Core, createTrapWorld, HOUR, isList, settledWorld } from '../trap-world.js'

export const replies = {
  async 'records of a batch are matched by their ids'(core: Core) {
    const { portal, contacts, clock, runUntilEqual } = await settledWorld(core)
    for (const [index, id] of contacts.entries()) {
      await clock.advance(1_000)
      portal.update('contacts', id, { firstname: `changed ${index}` })
    }
    await runUntilEqual()
  },

  async 'a batch that leaves a record out is not taken for all of it'(core: Core) {
    const { portal, store, contacts, clock, sync, run } = await settledWorld(core)
    const silent = portal.fault({
      ...{ kind: 'omit' as const, operation: 'batch-read' as const, times: 1_000 },
      ids: [contacts[0] as string],
    })
    for (const id of contacts) portal.update('contacts', id, { firstname: 'changed' })
    const report = await sync.run()
    assert.equal(report.status, 'partial', `the run claims to be ${report.status}`)
    silent.remove()
    await clock.advance(3 * HOUR)
    await run()
    await expectEqual(portal, store)
  },

  async 'a batch with a record that is gone gives the others'(core: Core) {
    const { portal, store, contacts, clock, runUntilEqual } = await settledWorld(core, {
      census: 0,
    })
    portal.purge('contacts', contacts[0] as string)
    portal.update('contacts', contacts[1] as string, { firstname: 'changed' })
    await clock.advance(1_000)
    await runUntilEqual()
    assert.equal(await store.get(String(portal.portalId), 'contacts', contacts[0] as string), null)
  },

  async 'a partial reply is understood in the version that sends it as a 200'(core: Core) {
    const { portal, contacts, runUntilEqual } = await settledWorld(core, {
      ...{ apiVersion: '2026-09', census: 0 },
    })
    portal.purge('contacts', contacts[0] as string)
    await runUntilEqual()
  },

  async 'ids of different lengths are in their order'(core: Core) {
    const { portal, clock, run, runUntilEqual } = createTrapWorld(core, { census: 0 })
    // Enough to be listed from several ids at once. The ids between have all lengths.
    portal.createMany(
      'contacts',
      1_500,
      () => ({}),
      (index) => ({ id: 96 + index }),
    )
    await clock.advance(2 * HOUR)
    await run()
    await clock.advance(2 * HOUR)
    await runUntilEqual()
  },

  async 'a connection that breaks is made again'(core: Core) {
    const { portal, runUntilEqual } = await settledWorld(core)
    portal.fault({ kind: 'reset', operation: 'list', times: 6 })
    await runUntilEqual()
  },

  async 'a call that is never answered is given up, and made again'(core: Core) {
    let hangs = () => {}
    const hanging = new Promise<void>((resolve) => {
      hangs = resolve
    })
    let lists = 0
    const world = createTrapWorld(core, {
      objects: [core.companies],
      between(call, answer) {
        if (!isList(call) || ++lists > 1) return answer()
        hangs()
        return new Promise(() => {})
      },
    })
    world.portal.create('companies', {})
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      let retried = false
      const run = world.sync.run({
        onEvent: ({ type }) => {
          retried ||= type === 'retry'
        },
      })
      await hanging
      vi.advanceTimersByTime(10 * 60_000)
      await new Promise((resolve) => setImmediate(resolve))
      assert.ok(retried, 'after ten minutes the call is still waited for')
      assert.equal((await run).status, 'complete')
    } finally {
      vi.useRealTimers()
    }
    await expectEqual(world.portal, world.store)
  },

  async 'a day whose calls are spent is left alone'(core: Core) {
    const { portal, sync } = await settledWorld(core)
    const daily = portal.fault({ kind: 'daily', after: 2, times: 1_000 })
    const report = await sync.run()
    assert.equal(report.status, 'partial', `the run claims to be ${report.status}`)
    assert.ok(daily.met <= 8, `HubSpot was asked ${daily.met} times after that`)
  },

  async "a record that HubSpot can't answer for keeps no other out"(core: Core) {
    const { portal, store, contacts, sync, clock, run } = await settledWorld(core)
    const [ill, ...others] = contacts as [string, ...string[]]
    const fault = { kind: 'error', operation: 'batch-read', holding: [ill] } as const
    const poison = portal.fault({ ...fault, times: Number.POSITIVE_INFINITY })
    for (const id of contacts) portal.update('contacts', id, { firstname: 'changed' })
    await clock.advance(1_000)
    const { status } = await sync.run()
    const rows = await Promise.all(
      others.map((id) => store.get(String(portal.portalId), 'contacts', id)),
    )
    const come = rows.filter((row) => row?.raw.properties.firstname === 'changed').length
    assert.equal(come, others.length, `of ${others.length} other records ${come} have come`)
    assert.equal(status, 'partial', `the run claims to be ${status}`)
    poison.remove()
    await clock.advance(3 * HOUR)
    await run()
    await expectEqual(portal, store)
  },

  async "a record that HubSpot can't list keeps no other out"(core: Core) {
    const { portal, store, sync, clock } = createTrapWorld(core, { objects: [core.contacts] })
    const contacts = portal.createMany('contacts', 250, () => ({}))
    await clock.advance(2 * HOUR)
    const fault = { kind: 'html', status: 502, operation: 'list' } as const
    portal.fault({ ...fault, holding: [contacts[137] as string], times: Number.POSITIVE_INFINITY })
    await sync.run()
    const come = (await store.counts(String(portal.portalId))).contacts?.active ?? 0
    assert.equal(come, 250, `of 250 records ${come} have come`)
    await expectEqual(portal, store)
  },

  async "an outage is not taken for records that HubSpot can't answer for"(core: Core) {
    const { portal, store, contacts, sync, clock, run } = await settledWorld(
      core,
      {},
      { contacts: 400 },
    )
    for (const id of contacts) portal.update('contacts', id, { firstname: 'changed' })
    await clock.advance(1_000)
    const fault = { kind: 'html', status: 503, operation: 'batch-read' } as const
    const outage = portal.fault({ ...fault, times: Number.POSITIVE_INFINITY })
    await sync.run()
    assert.ok(outage.met < 50, `HubSpot was asked ${outage.met} times in vain`)
    outage.remove()
    await clock.advance(3 * HOUR)
    await run()
    await expectEqual(portal, store)
  },

  async "a pair that HubSpot can't answer for keeps no record out"(core: Core) {
    const { portal, store, contacts, sync, clock, run } = await settledWorld(core)
    for (const id of contacts) portal.update('contacts', id, { firstname: 'changed' })
    portal.associate('contacts', contacts[0] as string, 'companies', portal.create('companies', {}))
    await clock.advance(1_000)
    const fault = { kind: 'html', status: 504, path: '/contacts/companies/batch/read' } as const
    const refusal = portal.fault({ ...fault, times: Number.POSITIVE_INFINITY })
    const { status } = await sync.run()
    const rows = await Promise.all(
      contacts.map((id) => store.get(String(portal.portalId), 'contacts', id)),
    )
    const come = rows.filter((row) => row?.raw.properties.firstname === 'changed').length
    assert.equal(come, 8, `of 8 records ${come} have come`)
    assert.notEqual(status, 'complete', 'the run claims to be complete')
    refusal.remove()
    await run()
    await expectEqual(portal, store)
  },
}
