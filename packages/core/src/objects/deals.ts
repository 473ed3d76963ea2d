import { datetime, decimal, text } from './columns.js'
import { defineObject } from './define-object.js'

/** HubSpot's deals. */
export const deals = defineObject({
  type: 'deals',
  typeId: '0-3',
  modifiedProperty: 'hs_lastmodifieddate',
  columns: {
    name: text('dealname'),
    stage: text('dealstage'),
    pipeline: text('pipeline'),
    amount: decimal('amount'),
    closeDate: datetime('closedate'),
    ownerId: text('hubspot_owner_id'),
  },
})
