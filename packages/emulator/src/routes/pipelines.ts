import { dealStages } from '../catalogue/deals.js'
import { json } from '../replies.js'
import { type Route, tableOf } from './route.js'

const EPOCH = '1970-01-01T00:00:00Z'

const stages = dealStages.map(({ value, label, probability }, displayOrder) => ({
  label,
  displayOrder,
  metadata: { isClosed: String(value.startsWith('closed')), probability },
  id: value,
  createdAt: EPOCH,
  updatedAt: EPOCH,
  writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
  archived: false,
}))

const salesPipeline = {
  label: 'Sales pipeline',
  displayOrder: 0,
  id: 'default',
  stages,
  createdAt: EPOCH,
  updatedAt: EPOCH,
  archived: false,
}

/** The pipelines of a type. Deals have the default one; other types have none. Source: recorded reply. */
export const pipelines: Route = {
  operation: 'pipelines',
  method: 'GET',
  paths: ['/crm/v3/pipelines/:type', '/crm/pipelines/:version/:type'],
  lane: 'burst',
  scopes: (context) => [tableOf(context).type.readScope],
  handle: (context) =>
    json({ results: tableOf(context).type.name === 'deals' ? [salesPipeline] : [] }),
}
