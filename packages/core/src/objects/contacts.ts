import { email, phone, text } from './columns.js'
import { defineObject } from './define-object.js'

/** HubSpot's contacts. */
export const contacts = defineObject({
  type: 'contacts',
  typeId: '0-1',
  modifiedProperty: 'lastmodifieddate',
  columns: {
    email: email('email'),
    firstName: text('firstname'),
    lastName: text('lastname'),
    phone: phone('phone'),
    lifecycleStage: text('lifecyclestage'),
    ownerId: text('hubspot_owner_id'),
  },
})
