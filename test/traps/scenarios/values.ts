import assert from 'node:assert/strict'
import { type Core, createTrapWorld, HOUR } from '../trap-world.js'

export const values = {
  async 'a property that HubSpot leaves out keeps its value'(core: Core) {
    const mine = core.contacts.extend({ columns: { team: core.column.text('team') } })
    const { portal, sync, clock, run } = createTrapWorld(core, { objects: [mine] })
    portal.defineProperty('contacts', { name: 'team', type: 'string' })
    const contact = portal.create('contacts', { firstname: 'Ada', team: 'red' })
    await run()
    await clock.advance(60_000)
    portal.archiveProperty('contacts', 'team')
    portal.update('contacts', contact, { firstname: 'Grace' })
    await run()
    const row = (await sync.get('contacts', contact)) as { firstName?: string; team?: string }
    assert.equal(row.firstName, 'Grace')
    assert.equal(row.team, 'red', `the team is ${row.team}`)
  },

  async 'a calculated property is fresh after a refresh'(core: Core) {
    const mine = core.companies.extend({
      columns: { visits: core.column.number('hs_analytics_num_visits') },
    })
    const { portal, sync, clock, run } = createTrapWorld(core, { objects: [mine] })
    const company = portal.create('companies', {})
    portal.defineProperty('companies', {
      ...{ name: 'hs_analytics_num_visits', type: 'number', calculated: true },
    })
    await clock.advance(2 * HOUR)
    await run()
    portal.setCalculated('companies', company, { hs_analytics_num_visits: '17' })
    await sync.refreshProperties({ properties: 'calculated' })
    const row = (await sync.get('companies', company)) as { visits?: number }
    assert.equal(row.visits, 17, `the visits are ${row.visits}`)
  },

  async 'a custom calculation and a roll-up are fresh after a refresh'(core: Core) {
    const mine = core.companies.extend({
      columns: {
        margin: core.column.number('margin'),
        deals: core.column.integer('num_associated_deals'),
      },
      properties: ['days_open'],
    })
    const { portal, sync, clock, run } = createTrapWorld(core, { objects: [mine] })
    portal.defineProperty('companies', { name: 'margin', type: 'number', calculated: true })
    portal.defineProperty('companies', {
      ...{ name: 'days_open', type: 'number', calculationFormula: 'now - createdate' },
    })
    const company = portal.create('companies', {})
    await clock.advance(2 * HOUR)
    await run()
    const fresh = { margin: '0.3', num_associated_deals: '4', days_open: '12' }
    portal.setCalculated('companies', company, fresh)
    await sync.refreshProperties({ properties: 'calculated' })
    const row = await sync.get('companies', company)
    const properties = row?.raw.properties ?? {}
    for (const [name, value] of Object.entries(fresh))
      assert.equal(properties[name], value, `${name} is ${properties[name]}`)
  },

  async 'a value that does not fit its column stops nothing'(core: Core) {
    const mine = core.companies.extend({
      columns: { headcount: core.column.integer('numberofemployees') },
    })
    const { portal, runUntilEqual } = createTrapWorld(core, { objects: [mine] })
    portal.create('companies', { numberofemployees: '3092727991;3881228353' })
    portal.create('companies', { numberofemployees: '12' })
    const report = await runUntilEqual()
    assert.equal(report.jobs.companies?.misfits, 1)
  },

  async 'a moment that comes as epoch milliseconds is a moment'(core: Core) {
    const { portal, sync, run } = createTrapWorld(core, { objects: [core.deals] })
    const deal = portal.create('deals', { closedate: '1780000000000' })
    await run()
    const row = (await sync.get('deals', deal)) as { closeDate?: string }
    assert.equal(row.closeDate, '2026-05-28T20:26:40.000Z', `the deal closes at ${row.closeDate}`)
  },
}
