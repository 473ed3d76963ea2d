import { phone, text } from './columns.js'
import { defineObject } from './define-object.js'

/** HubSpot's companies. */
export const companies = defineObject({
  type: 'companies',
  typeId: '0-2',
  modifiedProperty: 'hs_lastmodifieddate',
  columns: {
    name: text('name'),
    domain: text('domain'),
    phone: phone('phone'),
    city: text('city'),
    country: text('country'),
    industry: text('industry'),
    ownerId: text('hubspot_owner_id'),
  },
})
