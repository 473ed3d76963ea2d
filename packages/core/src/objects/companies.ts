import { column } from './columns.js'
import { defineObject } from './define-object.js'

/** HubSpot's companies. */
export const companies = defineObject({
  type: 'companies',
  typeId: '0-2',
  modifiedProperty: 'hs_lastmodifieddate',
  columns: {
    name: column.text('name'),
    domain: column.text('domain'),
    phone: column.phone('phone'),
    city: column.text('city'),
    country: column.text('country'),
    industry: column.text('industry'),
    ownerId: column.text('hubspot_owner_id'),
  },
})
