import type { Trail } from './trail.js'

/** A stretch of record ids that is still to be listed, by their number. */
export type ListRange = {
  /** The id to go on from, itself included; null at the beginning of the list. */
  after: string | null
  /** Where another range begins; null at the end of the list. */
  until: string | null
  /** What keeps a walk of a list without an order from going in a circle. */
  trail?: Trail
}

/** The whole list. */
export const wholeList: ListRange = { after: null, until: null }
