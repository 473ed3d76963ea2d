import { column } from './columns.js'
import { defineObject } from './define-object.js'

/** HubSpot's deals. */
export const deals = defineObject({
  type: 'deals',
  typeId: '0-3',
  modifiedProperty: 'hs_lastmodifieddate',
  columns: {
    name: column.text('dealname'),
    stage: column.text('dealstage'),
    pipeline: column.text('pipeline'),
    amount: column.decimal('amount'),
    closeDate: column.datetime('closedate'),
    ownerId: column.text('hubspot_owner_id'),
  },
})
