import assert from 'node:assert/strict'
import { expectEqual } from '../../integration/support/equality.js'
import { type Core, HOUR, settledWorld } from '../trap-world.js'

const DAY = 24 * HOUR

/** Contacts that were last modified long before they are archived. The mirror has read the bin before. */
async function worldWithBin(core: Core, contacts: number) {
  const world = await settledWorld(core, { census: 0 }, { contacts })
  world.clock.set(world.clock.now() + 100 * DAY)
  await world.run()
  return world
}

export const deletions = {
  async 'a record that is archived is ARCHIVED after the next run'(core: Core) {
    const { portal, contacts, runUntilEqual } = await settledWorld(core)
    portal.archive('contacts', contacts[0] as string)
    await runUntilEqual()
  },

  async 'a record that is purged, or deleted for privacy, leaves the mirror'(core: Core) {
    const { portal, contacts, runUntilEqual } = await settledWorld(core, { census: 0 })
    portal.purge('contacts', contacts[0] as string)
    portal.privacyDelete('contacts', contacts[1] as string)
    await runUntilEqual()
  },

  async 'merged records leave the mirror, those of earlier merges too'(core: Core) {
    const { portal, companies, clock, sync, runUntilEqual } = await settledWorld(core)
    const [one, two, three] = companies as [string, string, string]
    const second = portal.merge('companies', one, two)
    await runUntilEqual()
    await clock.advance(60_000)
    const third = portal.merge('companies', three, second)
    await runUntilEqual()
    for (const id of [one, two, three, second])
      assert.equal(await sync.resolve('companies', id), third)
  },

  async 'a record that answers under another id than it was asked for by is kept under its own'(
    core: Core,
  ) {
    const { portal, contacts, store, sync } = await settledWorld(core)
    const [one, two] = contacts as [string, string]
    portal.merge('contacts', one, two)
    await sync.syncRecords('contacts', [one])
    await expectEqual(portal, store)
  },

  async 'a census whose walk breaks off removes nothing'(core: Core) {
    const { portal, store, sync } = await settledWorld(core, { census: 0, removalShare: 1 })
    portal.fault({ kind: 'html', operation: 'list', path: /companies$/, times: 1_000 })
    const report = await sync.run()
    assert.equal(report.jobs['companies:census']?.removed, 0, 'rows were removed')
    assert.equal(report.status, 'failed', `the run claims to be ${report.status}`)
    portal.clearFaults()
    await expectEqual(portal, store)
  },

  async 'a record that was made while a census was on its way is not removed by it'(core: Core) {
    let make = (_path: string | undefined) => {}
    const { portal, clock, sync, run } = await settledWorld(core, {
      census: 0,
      async between({ path }, answer) {
        const reply = await answer()
        make(path)
        return reply
      },
    })
    let restored = ''
    portal.archive('companies', portal.create('companies', {}))
    await run()
    await clock.advance(60_000)
    const [binned] = [...portal.records('companies', { archived: true })]
    // Requested first as active, and then in the bin.
    make = (path) => {
      if (!path?.endsWith('/companies') || restored !== '') return
      restored = binned?.id as string
      portal.restore('companies', restored)
    }
    await sync.run({ jobs: ['companies:census'] })
    assert.notEqual(restored, '')
    assert.ok(await sync.get('companies', restored), `companies ${restored} is gone`)
  },

  async 'a census that finds more gone than its share removes nothing'(core: Core) {
    const { portal, sync, contacts } = await settledWorld(core, { census: 0 }, { contacts: 60 })
    for (const id of contacts.slice(0, 30)) portal.purge('contacts', id)
    const report = await sync.run()
    assert.equal(report.jobs['contacts:census']?.removed, 0, 'rows were removed')
    assert.equal(report.status, 'partial', `the run claims to be ${report.status}`)
  },

  async 'a contact that was archived after the last run is no difference'(core: Core) {
    const { portal, contacts, sync } = await settledWorld(core)
    portal.archive('contacts', contacts[0] as string)
    const { status, objects } = await sync.verify()
    assert.equal(status, 'equal', `verify says ${status}`)
    assert.equal(objects.contacts?.newer, 1)
  },

  async 'a contact that was archived and that a whole walk of the bin has missed is a difference'(
    core: Core,
  ) {
    const { portal, contacts, sync, clock, run } = await settledWorld(core)
    const [contact] = contacts as [string]
    portal.archive('contacts', contact)
    await sync.verify()
    await clock.advance(60_000)
    portal.fault({ kind: 'omit', operation: 'list', ids: [contact], times: 9 })
    await run()
    portal.clearFaults()
    const { status } = await sync.verify()
    assert.equal(status, 'different', `verify says ${status}`)
  },

  async "what HubSpot's bin drops after ninety days leaves the mirror, however much it is"(
    core: Core,
  ) {
    const { portal, clock, contacts, run, runUntilEqual } = await worldWithBin(core, 90)
    for (const id of contacts.slice(0, 30)) portal.archive('contacts', id)
    await run()
    clock.set(clock.now() + 91 * DAY)
    await runUntilEqual()
  },

  async "live records that vanish with what HubSpot's bin drops are spared by a census"(
    core: Core,
  ) {
    const { portal, clock, contacts, run, sync } = await worldWithBin(core, 340)
    for (const id of contacts.slice(0, 150)) portal.archive('contacts', id)
    await run()
    clock.set(clock.now() + 91 * DAY)
    // More than a tenth of the 190, and less than a tenth of the 340.
    for (const id of contacts.slice(-25)) portal.purge('contacts', id)
    await sync.run()
    const row = await sync.get('contacts', contacts.at(-1) as string)
    assert.ok(row, 'live rows were removed')
  },

  async 'contacts that vanish soon after they were archived are spared by a census'(core: Core) {
    const { portal, clock, contacts, run, sync } = await worldWithBin(core, 90)
    // The moment that they show as that of their archiving is their last modification, long ago.
    for (const id of contacts.slice(0, 30)) portal.archive('contacts', id)
    await run()
    clock.set(clock.now() + DAY)
    portal.emptyBin()
    const report = await sync.run()
    assert.equal(report.jobs['contacts:census']?.removed, 0, 'rows were removed')
    assert.equal(report.status, 'partial', `the run claims to be ${report.status}`)
  },

  async 'a run that may not read an object says so, and keeps its rows'(core: Core) {
    const { portal, store, again } = await settledWorld(core)
    portal.addToken('narrow', { scopes: ['crm.objects.contacts.read', 'oauth'] })
    const report = await again({ accessToken: 'narrow' }).run()
    assert.equal(report.status, 'failed', `the run claims to be ${report.status}`)
    await expectEqual(portal, store)
  },
}
