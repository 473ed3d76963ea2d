import type { RequestHandler } from 'msw'
import type { TokenOptions } from './access.js'
import type { AssociationCategory } from './association-types.js'
import type { Clock } from './clock.js'
import type { Fault, FaultHandle, RandomFaults } from './faults.js'
import type { KnownEntry } from './history-shape.js'
import type { Call } from './journal.js'
import type { PortalApps } from './oauth/apps.js'
import type { PortalDealSplits } from './portal-deal-splits.js'
import type { PortalLists } from './portal-lists.js'
import type { PortalOwners } from './portal-owners.js'
import type { PortalPipelines } from './portal-pipelines.js'
import type { PortalProperties } from './portal-properties.js'
import type { PortalSchema } from './portal-schema.js'
import type { Id } from './record-ids.js'
import type { AssociateOptions, Moments } from './record-options.js'
import type { ChangeSource, HubspotRecord } from './record-shape.js'
import type { PortalSamples } from './sample-records.js'
import type { Misplacement } from './search-inaccuracy.js'
import type { PortalSeeds } from './seed/seed.js'
import type { ListenOptions, PortalServer } from './server.js'
import type { Values } from './values.js'
import type { PortalWebhooks, WebhookTarget } from './webhooks.js'

/** How a record is created. */
export interface CreateOptions extends Moments {
  /** The id. @defaultValue the next one of the type, above all earlier ones */
  id?: Id
  /** Who or what created it, for the histories of its properties. @defaultValue `{ sourceType: 'API' }` */
  source?: ChangeSource
}

/** How a record is changed. */
export interface UpdateOptions extends Pick<Moments, 'updatedAt'> {
  /** Who or what changed it, for the histories of its properties. @defaultValue user 1, in the user interface */
  source?: ChangeSource
}

/** One association type between two records. */
export interface AssociationRow {
  /** The id of the near end. */
  fromId: string
  /** The id of the far end. */
  toId: string
  /** The category of the type. */
  category: AssociationCategory
  /** The id of the type. */
  typeId: number
  /** null for the unlabelled type. */
  label: string | null
}

/** The ids of generated records. */
export interface GeneratedIds {
  /** The number of records. */
  readonly count: number
  /** The id of the record with this index; undefined beyond the last. */
  id(index: number): string | undefined
}

/** The methods that change records. */
export interface PortalRecords {
  /** Creates a record and returns its id. New ids ascend with gaps, unless one is given. */
  create(type: string, properties: Values, given?: CreateOptions): string
  /** Creates many records. Their dates and ids are the same for all, or a function of the index. */
  createMany(
    type: string,
    count: number,
    properties: (index: number) => Values,
    given?: CreateOptions | ((index: number) => CreateOptions),
  ): string[]
  /**
   * Adds many records without storing them: `properties` generates a record each time it is read, so the same index
   * must always give the same values. Search finds them at once. A record is stored when it is changed.
   *
   */
  generate(
    type: string,
    count: number,
    properties: (index: number) => Values,
    given?: Moments | ((index: number) => Moments),
  ): GeneratedIds
  /**
   * Changes properties. Null empties one. Sets the modification date. Each change adds to the history of a property, also
   * if several are in the same millisecond: on a clock that stands still, or with the same `updatedAt`.
   *
   */
  update(type: string, id: Id, properties: Values, given?: UpdateOptions): void
  /** Changes many records in the same millisecond, as an import or a workflow does. */
  updateMany(
    type: string,
    ids: Iterable<Id>,
    properties: Values | ((id: string, index: number) => Values),
    given?: UpdateOptions,
  ): void
  /** Changes values as calculations and roll-ups do: without a new modification date. Observed by several. */
  setCalculated(type: string, id: Id, properties: Values): void

  /** Makes search misplace a record, now and after every change: see {@link Misplacement}. */
  misplace(type: string, id: Id, misplacement: Misplacement): void

  /**
   * Moves a record to the bin. Its modification date stays. The `archivedAt` of a contact is its modification date; of
   * other records it is the time of this call. After 90 days on the portal's clock the record is purged.
   *
   */
  archive(type: string, id: Id): void
  /** Restores a record from the bin with its associations. That is a modification. */
  restore(type: string, id: Id): void
  /** Removes a record without a trace, whether active or archived. */
  purge(type: string, id: Id): void
  /** Removes a record as a privacy delete (GDPR) does: it never is in the bin. */
  privacyDelete(type: string, id: Id): void
  /** Purges the whole bin now. */
  emptyBin(): void
  /**
   * Merges two records into a third and returns its new id. Reads by an old id return the new record.
   * `hs_merged_object_ids` lists all old ids, including those of earlier merges. The associations move to the winner.
   *
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
  /** Removes one type of association, or all. Removing the unlabelled type removes all. No date changes. */
  dissociate(
    fromType: string,
    fromId: Id,
    toType: string,
    toId: Id,
    wanted?: { typeId?: number; category?: AssociationCategory },
  ): void
}

/** Reads of a portal's data without limits, faults and delays, to compare with. */
export interface PortalTruth {
  /**
   * All records of a type in HubSpot's form with all properties, by ascending id. Merged records are not included,
   * whether they are in the bin or not.
   *
   */
  records(type: string, options?: { archived?: boolean }): Generator<HubspotRecord>
  /** The record with exactly this id, active or archived. */
  record(type: string, id: Id): HubspotRecord | undefined
  /**
   * All values that the properties of a record ever had, newest first, with those that HubSpot dropped. Undefined for
   * an id that no record has, or that was merged away: the record that it was merged into has its values.
   *
   */
  history(type: string, id: Id): Record<string, KnownEntry[]> | undefined
  /** All associations from one type to another, of records that are active at both ends. */
  associations(fromType: string, toType: string): Generator<AssociationRow>
  /** How many records of a type there are: active ones, or with `archived` those in the bin. */
  count(type: string, options?: { archived?: boolean }): number
  /** The current id of a record: its own, that of the record into which it was merged, or undefined. */
  resolve(type: string, id: Id): string | undefined
}

/** A HubSpot portal in memory. See {@link createPortal}. */
export interface Portal
  extends PortalRecords,
    PortalSchema,
    PortalProperties,
    PortalOwners,
    PortalPipelines,
    PortalDealSplits,
    PortalLists,
    PortalSamples,
    PortalSeeds,
    PortalApps,
    PortalTruth {
  /** The id of the portal. */
  readonly portalId: number
  /** A bearer token that is accepted. */
  readonly token: string
  /** The clock of the portal. */
  readonly clock: Clock

  /** Adds a fault. Of several that match a call, the first that has calls left affects it. */
  fault(fault: Fault): FaultHandle
  /** Adds random faults, which depend on the seed. */
  faults(faults: RandomFaults): void
  /** Removes all faults. */
  clearFaults(): void
  /** Accepts another token, which is a separate app. */
  addToken(token: string, options?: TokenOptions): void
  /** Stops accepting a token. */
  revoke(token: string): void

  /** All calls so far, including those that got an error. */
  readonly calls: readonly Readonly<Call>[]
  /** Clears `calls`. */
  clearCalls(): void

  /**
   * Makes the portal what it was when it was created, with what the option `fill` gives it. Faults, calls, added tokens
   * and events that aren't delivered are gone; subscriptions stay. The clock goes on.
   *
   */
  reset(): void

  /** Answers a standard `Request`, whatever its host is. */
  readonly fetch: (request: Request) => Promise<Response>
  /** Request handlers for MSW's `setupServer(...portal.handlers())`. @param baseUrl default `https://api.hubapi.com` */
  handlers(baseUrl?: string): RequestHandler[]
  /** Listens on a port, where faults can also break the socket, and `/_emulator/` drives the portal. */
  listen(options?: ListenOptions): Promise<PortalServer>
  /** Subscribes an app to all events of records from now on. Without `automatic` only `deliver()` sends them. */
  webhooks(target: WebhookTarget): PortalWebhooks
}
