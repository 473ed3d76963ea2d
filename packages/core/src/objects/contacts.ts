import { column } from './columns.js'
import { defineObject } from './define-object.js'

/** HubSpot's contacts. */
export const contacts = defineObject({
  type: 'contacts',
  typeId: '0-1',
  modifiedProperty: 'lastmodifieddate',
  columns: {
    email: column.email('email'),
    firstName: column.text('firstname'),
    lastName: column.text('lastname'),
    phone: column.phone('phone'),
    lifecycleStage: column.text('lifecyclestage'),
    ownerId: column.text('hubspot_owner_id'),
  },
})
