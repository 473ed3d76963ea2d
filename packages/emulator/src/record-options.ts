import type { WantedAssociation } from './association-types.js'

/** The dates of a record. */
export interface Moments {
  /** The creation date. @defaultValue the portal's current time, or `updatedAt` if that is earlier */
  createdAt?: number | string | Date
  /** The modification date. @defaultValue `createdAt` for a new record, the portal's current time for a change */
  updatedAt?: number | string | Date
}

/** The type of an association. Default: the unlabelled one of the pair. */
export interface AssociateOptions extends WantedAssociation {
  /** Whether to add the Primary type besides the unlabelled one. A record has at most one primary. */
  primary?: boolean
}
