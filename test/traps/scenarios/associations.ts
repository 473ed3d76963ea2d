import assert from 'node:assert/strict'
import { populate } from '../../integration/support/world.js'
import { type Core, createTrapWorld, settledWorld } from '../trap-world.js'

export const associations = {
  async 'records that are associated without being modified are so here too'(core: Core) {
    const { portal, contacts, companies, runUntilEqual } = await settledWorld(core, {
      associationSweep: 0,
    })
    portal.associate('contacts', contacts[0] as string, 'companies', companies[2] as string)
    await runUntilEqual()
  },

  async 'an association that is removed disappears'(core: Core) {
    const { portal, contacts, companies, runUntilEqual } = await settledWorld(core, {
      associationSweep: 0,
    })
    portal.dissociate('contacts', contacts[0] as string, 'companies', companies[0] as string)
    await runUntilEqual()
  },

  async 'a record with more associations than come on a page has them all'(core: Core) {
    const { portal, contacts, clock, run, runUntilEqual } = await settledWorld(core, {
      portal: { associationPageSize: 2 },
      associationSweep: 0,
    })
    for (const deal of portal.createMany('deals', 5, () => ({})))
      portal.associate('contacts', contacts[0] as string, 'deals', deal)
    await run()
    await clock.advance(60_000)
    await runUntilEqual()
  },

  async 'two records keep every type of their association, with its label'(core: Core) {
    const { portal, contacts, companies, runUntilEqual } = await settledWorld(core, {
      associationSweep: 0,
    })
    const [contact, company] = [contacts[0] as string, companies[1] as string]
    const { typeId } = portal.defineAssociation('contacts', 'companies', { label: 'Billing' })
    portal.associate('contacts', contact, 'companies', company, { primary: true })
    portal.associate('contacts', contact, 'companies', company, {
      category: 'USER_DEFINED',
      typeId,
    })
    await runUntilEqual()
  },

  async 'associations that a backfill is left without are asked for until they come'(core: Core) {
    const { portal, sync, runUntilEqual } = createTrapWorld(core)
    const { contacts } = populate(portal, { contacts: 8, companies: 4, deals: 3 })
    const silent = portal.fault({
      kind: 'omit',
      operation: 'associations',
      ids: [contacts[0] as string],
      times: Infinity,
    })
    for (let time = 0; time < 2; time++)
      assert.equal((await sync.run()).status, 'partial', 'the run claims to be complete')
    silent.remove()
    await runUntilEqual()
  },
}
