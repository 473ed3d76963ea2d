import type { Crm } from './crm.js'
import type { DealSplit, HubspotDealSplit } from './deal-splits.js'
import { type Id, toNumber } from './record-ids.js'

/** How deals are shared among owners. */
export interface PortalDealSplits {
  /** Splits a deal among owners, in place of what it was. The parts are 1 together; none: it isn't split. */
  splitDeal(id: Id, splits: readonly DealSplit[]): void
  /** The splits of a deal in HubSpot's form, without limits, faults and delays. */
  dealSplits(id: Id): readonly HubspotDealSplit[]
}

/** The methods of a portal about splits of deals. */
export function dealSplitMethods(crm: Crm): PortalDealSplits {
  return {
    splitDeal(id, splits) {
      const { id: deal } = crm.active(crm.named('deals'), toNumber(id))
      crm.dealSplits.set(deal, splits)
    },
    dealSplits: (id) => crm.dealSplits.of(toNumber(id)),
  }
}
