import type { RequestHandler } from 'msw'
import type { TokenOptions } from './access.js'
import type { AssociationCategory, AssociationDefinition } from './association-types.js'
import type { PropertyDefinition } from './catalogue/definition.js'
import type { Clock } from './clock.js'
import type { Fault, FaultHandle, RandomFaults } from './faults.js'
import type { Call } from './journal.js'
import type { Id } from './record-ids.js'
import type { HubspotRecord } from './record-shape.js'
import type { Misplacement } from './search-inaccuracy.js'
import type { ListenOptions, PortalServer } from './server.js'
import type { Values } from './values.js'
import type { PortalWebhooks, WebhookTarget } from './webhooks.js'

/** When a record came to be and was last changed. */
export interface Moments {
  /** The moment of creation. @defaultValue the portal's now, or `updatedAt` if that is earlier */
  createdAt?: number | string | Date
  /** The moment of the last modification. @defaultValue `createdAt` for a new record, the portal's now for a change */
  updatedAt?: number | string | Date
}

/** Which type of association it is; without any, the unlabelled one of the pair. */
export interface AssociateOptions {
  /** The number of the type. @defaultValue that of the type with this `label` */
  typeId?: number
  /** The category of the type. @defaultValue any */
  category?: AssociationCategory
  /** The label of the type, where its number isn't given. @defaultValue the unlabelled type, or the only one there is */
  label?: string
  /** The Primary type, which adds its own entry to the unlabelled one. A record has one primary at most. */
  primary?: boolean
}

/** One association type between two records. */
export interface AssociationRow {
  /** The id of the near end. */
  fromId: string
  /** The id of the far end. */
  toId: string
  /** The category that the number of the type belongs to. */
  category: AssociationCategory
  /** The number of the type. */
  typeId: number
  /** null for the unlabelled type. */
  label: string | null
}

/** A custom object. */
export interface CustomObject {
  /** `2-1234567` */
  typeId: string
  /** `pets`; paths take the type id, `p<portalId>_pets` or `p_pets`. */
  name: string
  /** Its properties besides those that every object has. @defaultValue none */
  properties?: readonly PropertyDefinition[]
  /** The object types that its records can be associated with, unlabelled. @defaultValue none */
  associatedObjects?: readonly string[]
}

/** An owner to create. */
export interface NewOwner {
  /** The e-mail address. */
  email: string
  /** The first name. @defaultValue '' */
  firstName?: string
  /** The last name. @defaultValue '' */
  lastName?: string
  /** A user, or a queue of several. @defaultValue 'PERSON' */
  type?: 'PERSON' | 'QUEUE'
  /** The id that records name their owner by. @defaultValue ascending ones */
  id?: Id
}

/** The ids of records that are made on demand. */
export interface GeneratedIds {
  /** How many there are. */
  readonly count: number
  /** The id of the record of that index; undefined beyond the last. */
  id(index: number): string | undefined
}

/** What can happen to records. */
export interface PortalRecords {
  /** Makes a record and returns its id: a new one, ascending with gaps, unless one is given. */
  create(type: string, properties: Values, given?: Moments & { id?: Id }): string
  /** Makes many; what is true of all, or a function of the index, gives their moments and ids. */
  createMany(
    type: string,
    count: number,
    properties: (index: number) => Values,
    given?: Moments | ((index: number) => Moments & { id?: Id }),
  ): string[]
  /**
   * Makes as many as a large portal has without keeping them: each is made by `properties` whenever it is looked at, so the same
   * index must always give the same values. Search knows them from the start. One that is changed is kept from then on.
   */
  generate(
    type: string,
    count: number,
    properties: (index: number) => Values,
    given?: Moments | ((index: number) => Moments),
  ): GeneratedIds
  /** Changes properties; null empties one. Sets the modification date. */
  update(type: string, id: Id, properties: Values, given?: Pick<Moments, 'updatedAt'>): void
  /** Changes many, all at the same millisecond, as an import or a workflow does. */
  updateMany(
    type: string,
    ids: Iterable<Id>,
    properties: Values | ((id: string, index: number) => Values),
    given?: Pick<Moments, 'updatedAt'>,
  ): void
  /** Changes values as calculations and roll-ups do: the modification date stays. Observed by several. */
  setCalculated(type: string, id: Id, properties: Values): void

  /** Has search keep a record elsewhere than its modification date says, now and whenever it changes. */
  misplace(type: string, id: Id, misplacement: Misplacement): void

  /**
   * Moves a record to the bin. Its modification date stays, which is what a contact shows as `archivedAt`, and other records the
   * moment of this; after 90 days on the portal's clock it is gone.
   */
  archive(type: string, id: Id): void
  /** Takes a record out of the bin, associations and all; that is a modification. */
  restore(type: string, id: Id): void
  /** Removes a record without a trace, whether active or archived. */
  purge(type: string, id: Id): void
  /** The same, as a privacy delete (GDPR) does: the bin never sees it. */
  privacyDelete(type: string, id: Id): void
  /** Purges the whole bin now. */
  emptyBin(): void
  /**
   * Merges two records into a third and returns its new id. Both old ids go on answering, under the new id, and are
   * listed in `hs_merged_object_ids`, earlier merges included. The associations move to the winner.
   */
  merge(type: string, primaryId: Id, secondaryId: Id): string

  /** Associates two records, in both directions. No modification date changes. */
  associate(
    fromType: string,
    fromId: Id,
    toType: string,
    toId: Id,
    options?: AssociateOptions,
  ): void
  /** Removes one type of association, or all; removing the unlabelled type removes all. No date changes. */
  dissociate(
    fromType: string,
    fromId: Id,
    toType: string,
    toId: Id,
    wanted?: { typeId?: number; category?: AssociationCategory },
  ): void
}

/** Adds object types, properties, association types and owners to those that HubSpot has by itself. */
export interface PortalSchema {
  /** Adds a property, or changes one of that name. */
  defineProperty(type: string, definition: PropertyDefinition): void
  /** Archives a property: neither it nor its values come in replies any more. */
  archiveProperty(type: string, name: string): void
  /** Adds a custom object. */
  defineObject(object: CustomObject): void
  /** Adds an association type, both directions of it, and returns the one named. */
  defineAssociation(
    fromType: string,
    toType: string,
    definition?: AssociationDefinition,
  ): { category: AssociationCategory; typeId: number; label: string | null }
  /** Adds an owner and returns the id. */
  createOwner(owner: NewOwner): string
  /** Archives an owner, who is then listed with `archived=true` only and has lost the user id. */
  archiveOwner(id: Id): void
}

/** What is in a portal, whatever limits, faults and delays do to calls. */
export interface PortalTruth {
  /**
   * All records of a type as HubSpot would send them with all properties, by ascending id: the truth to compare with. Those that were
   * merged away are not among them, whether they lie in the bin or not.
   */
  records(type: string, options?: { archived?: boolean }): Generator<HubspotRecord>
  /** The record of that very id, active or archived. */
  record(type: string, id: Id): HubspotRecord | undefined
  /** All associations from one type to another, of records that are active at both ends. */
  associations(fromType: string, toType: string): Generator<AssociationRow>
  /** How many records of a type there are: active ones, or with `archived` those in the bin. */
  count(type: string, options?: { archived?: boolean }): number
  /** The id under which a record answers today: its own, that of the winner it was merged into, or undefined. */
  resolve(type: string, id: Id): string | undefined
}

/** A HubSpot portal in memory. See {@link createPortal}. */
export interface Portal extends PortalRecords, PortalSchema, PortalTruth {
  /** The number of the portal. */
  readonly portalId: number
  /** A bearer token that is accepted. */
  readonly token: string
  /** The clock that the portal goes by. */
  readonly clock: Clock

  /** Puts a fault in force. Several may be; of those that match a call, the first that isn't spent meets it. */
  fault(fault: Fault): FaultHandle
  /** Faults by chance, from the seed. */
  faults(faults: RandomFaults): void
  /** Takes all faults out of force. */
  clearFaults(): void
  /** Accepts another token, as an app of its own. */
  addToken(token: string, options?: TokenOptions): void
  /** Accepts a token no longer. */
  revoke(token: string): void

  /** Every call so far, those answered with errors included. */
  readonly calls: readonly Readonly<Call>[]
  /** Forgets the calls so far. */
  clearCalls(): void

  /** Answers a web-standard request, whatever its host. */
  readonly fetch: (request: Request) => Promise<Response>
  /** Request handlers for MSW's `setupServer(...portal.handlers())`. @param baseUrl default `https://api.hubapi.com` */
  handlers(baseUrl?: string): RequestHandler[]
  /** Puts the portal on a port, where faults reach down to the socket. */
  listen(options?: ListenOptions): Promise<PortalServer>
  /** Subscribes an app to what happens to records from now on. Nothing is sent before `deliver()`. */
  webhooks(target: WebhookTarget): PortalWebhooks
}
