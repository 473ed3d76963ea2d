import type { Clock } from './clock.js'
import { isoDate } from './record-shape.js'

/** How much of a deal belongs to an owner. */
export interface DealSplit {
  /** The owner. */
  readonly ownerId: string | number
  /** The owner's part, from 0 to 1. The parts of a deal are 1 together. */
  readonly percentage: number
}

/** A split of a deal as HubSpot sends it. */
export interface HubspotDealSplit {
  /** Its own id. */
  readonly id: string
  /** The owner, the part of the deal, and the dates. */
  readonly properties: Readonly<Record<string, string>>
  /** The creation date. */
  readonly createdAt: string
  /** The modification date. */
  readonly updatedAt: string
  /** Always false. */
  readonly archived: boolean
}

/** The splits of deals among owners. Source: HubSpot API specification, "Deal splits". */
export class DealSplits {
  readonly #clock: Clock
  readonly #byDeal = new Map<number, readonly HubspotDealSplit[]>()
  #nextId = 81_200_001

  constructor(clock: Clock) {
    this.#clock = clock
  }

  of(dealId: number): readonly HubspotDealSplit[] {
    return this.#byDeal.get(dealId) ?? []
  }

  /** Replaces the splits of a deal. */
  set(dealId: number, splits: readonly DealSplit[]): void {
    const sum = splits.reduce((total, { percentage }) => total + percentage, 0)
    if (splits.length > 0 && Math.abs(sum - 1) > 1e-8)
      throw new RangeError(`Expected the parts of a deal to be 1 together, got ${sum}.`)
    const at = isoDate(this.#clock.now())
    this.#byDeal.set(
      dealId,
      splits.map(({ ownerId, percentage }) => {
        const id = String(this.#nextId++)
        const properties = {
          hs_createdate: at,
          hs_deal_split_percentage: String(percentage),
          hs_lastmodifieddate: at,
          hs_object_id: id,
          hubspot_owner_id: String(ownerId),
        }
        return { id, properties, createdAt: at, updatedAt: at, archived: false }
      }),
    )
  }
}
