import type { AssociationDefinition } from '../association-types.js'
import type { PropertyDefinition } from '../catalogue/definition.js'
import type { NewOwner } from '../owners.js'
import type { NewPipeline } from '../pipelines.js'
import type { CustomObject } from '../portal-schema.js'
import type { Id } from '../record-ids.js'
import type { NewList } from '../record-lists.js'
import type { AssociateOptions, Moments } from '../record-options.js'
import type { PropertyValue } from '../values.js'

/** A record of a seed. */
export interface SeedRecord extends Moments {
  /** The id. Associations name the record by it. @defaultValue the next one of the type */
  id?: Id
  /** The values by property. @defaultValue none */
  properties?: Readonly<Record<string, PropertyValue>>
  /** Whether it is in the recycle bin. @defaultValue false */
  archived?: boolean
}

/** An owner of a seed. */
export interface SeedOwner extends NewOwner {
  /** Whether the owner is archived. @defaultValue false */
  archived?: boolean
  /** The teams. One that isn't there yet is made. @defaultValue none */
  teams?: readonly { id: Id; name: string; primary?: boolean }[]
}

/** An association type of a seed, in one direction; the other one comes with it. */
export interface SeedAssociationType extends AssociationDefinition {
  /** The object type that it begins at. */
  from: string
  /** The object type that it leads to. */
  to: string
}

/** An association of two records of a seed. */
export interface SeedAssociation extends AssociateOptions {
  /** The object type of the near end. */
  from: string
  /** The record at the near end. */
  fromId: Id
  /** The object type of the far end. */
  to: string
  /** The record at the far end. */
  toId: Id
}

/** A list of a seed. */
export interface SeedList extends NewList {
  /** The records in it, whatever fills it in HubSpot. @defaultValue none */
  members?: readonly Id[]
}

/** What a portal has, as data: a file of JSON. Everything may be left out. */
export interface PortalSeed {
  /** Custom objects, with their properties. */
  schemas?: readonly CustomObject[]
  /** Properties by object type. One that is there already is replaced. */
  properties?: Readonly<Record<string, readonly PropertyDefinition[]>>
  /** Association types and their labels. */
  associationTypes?: readonly SeedAssociationType[]
  /** Owners with their teams. */
  owners?: readonly SeedOwner[]
  /** Pipelines by object type. One with the id of one that is there replaces it. */
  pipelines?: Readonly<Record<string, readonly NewPipeline[]>>
  /** Records by object type. */
  records?: Readonly<Record<string, readonly SeedRecord[]>>
  /** Associations between the records. */
  associations?: readonly SeedAssociation[]
  /** Lists of the records, by object type. */
  lists?: Readonly<Record<string, readonly SeedList[]>>
}

/** How a portal is filled from data. */
export interface PortalSeeds {
  /**
   * Adds what a seed has. Its form is checked as a whole first, and the error names the place. If the portal refuses a
   * part, such as an id that is taken, what was before it is there.
   *
   */
  load(seed: PortalSeed): void
}
