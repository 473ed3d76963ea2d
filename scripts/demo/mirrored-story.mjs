import { sqliteStore } from '@hubsync/adapter-sqlite'
import { column, companies, contacts, createHubspotSync, deals } from '@hubsync/core'
import { createDemoPortal, daysUntil } from './portal.mjs'

/**
 * A smaller portal of the demo, mirrored into a file while a few days pass in it. Its last days are the present ones,
 * because the pages say how long ago something was.
 */
export async function mirrorStory(file) {
  const days = daysUntil(new Date()) - 4
  const sizes = { contacts: 2_000, companies: 300, deals: 400 }
  const { portal, clock, nextDay } = createDemoPortal({ days, ...sizes })
  const hubspot = await portal.listen()
  const sync = createHubspotSync({
    accessToken: portal.token,
    baseUrl: hubspot.url,
    store: sqliteStore({ file }),
    clock,
    objects: [
      contacts.extend({ history: ['lifecycleStage'] }),
      companies,
      deals.extend({
        columns: { currency: column.text('deal_currency_code') },
        history: ['stage', 'amount'],
      }),
    ],
  })
  await sync.run()
  const [{ id: deal }] = (await sync.list('deals', { limit: 1, where: { stage: 'contractsent' } }))
    .results
  // The portal's own story leaves those alone that it has created.
  const { results } = await sync.list('contacts', { where: { email: `new.${days}@example.com` } })
  const contact = results[0].id
  portal.associate('contacts', contact, 'deals', deal)
  const story = [
    {
      ofDeal: { amount: '48000', deal_currency_code: 'EUR' },
      ofContact: { lifecyclestage: 'opportunity', phone: '+351 21 400 1842' },
    },
    {
      ofDeal: { dealstage: 'closedwon', amount: '52500' },
      ofContact: { lifecyclestage: 'customer' },
    },
  ]
  for (const { ofDeal, ofContact } of story) {
    nextDay()
    portal.update('deals', deal, ofDeal)
    portal.update('contacts', contact, ofContact)
    await sync.run()
  }
  nextDay()
  return {
    sync,
    contact,
    deal,
    async close() {
      await sync.close()
      await hubspot.close()
    },
  }
}
