import type { Trail } from './trail.js'

/** A range of record ids that is still to be listed, in the order of numbers. */
export type ListRange = {
  /** The id to start at, inclusive; null: the beginning of the list. */
  after: string | null
  /** Where another range begins; null: the end of the list. */
  until: string | null
  /** Keeps a walk of a list out of order from going in a circle. */
  trail?: Trail
}

/** The whole list. */
export const wholeList: ListRange = { after: null, until: null }
