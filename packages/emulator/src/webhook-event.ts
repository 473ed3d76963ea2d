import { PRIVATE_APP } from './access.js'
import type { Account } from './account.js'
import type { Random } from './random.js'
import type { RecordEvent } from './record-events.js'

/** An event in the body of a delivery. */
export type WebhookEvent = Readonly<Record<string, string | number | boolean | readonly number[]>>

/** The objects with subscriptions of their own. Others have generic ones. Source: HubSpot docs, "Webhooks". */
const NAMED = new Set(['contact', 'company', 'deal', 'ticket', 'product', 'line_item'])

/**
 * The event that HubSpot sends about a change. HubSpot's `eventId` isn't unique, so here it is drawn from a small
 * range. Source: HubSpot docs, "Webhooks"; changelog, "Generic webhook subscriptions".
 */
export function webhookEvent(
  event: RecordEvent,
  {
    account,
    occurredAt,
    appId,
    generic,
    random,
  }: {
    account: Account
    occurredAt: number
    /** The app that made the change; undefined for a user. */
    appId: number | undefined
    generic: boolean
    random: Random
  },
): WebhookEvent {
  const { type, id, kind } = event
  const named =
    type.standard !== undefined &&
    NAMED.has(type.singular) &&
    (!generic || kind === 'privacyDeletion')
  return {
    eventId: random.integer(1, 1_000),
    subscriptionId: 25_000_001,
    portalId: account.portalId,
    appId: PRIVATE_APP,
    occurredAt,
    subscriptionType: `${named ? type.singular : 'object'}.${kind}`,
    attemptNumber: 0,
    ...sourceOf(appId),
    ...(named ? {} : { objectTypeId: type.typeId }),
    ...(kind === 'associationChange' ? {} : { objectId: id }),
    ...detailsOf(event, named),
  }
}

/** Source: recorded deliveries in public projects. */
function sourceOf(appId: number | undefined) {
  return appId === undefined
    ? { changeSource: 'CRM_UI', sourceId: 'userId:1' }
    : { changeSource: 'INTEGRATION', sourceId: String(appId) }
}

function detailsOf(event: RecordEvent, named: boolean): WebhookEvent {
  switch (event.kind) {
    // Source: recorded deliveries in public projects.
    case 'creation':
      return { changeFlag: 'CREATED' }
    case 'deletion':
      return { changeFlag: 'DELETED' }
    case 'propertyChange':
      return { propertyName: event.name, propertyValue: event.value }
    case 'merge':
      return {
        primaryObjectId: event.primaryId,
        mergedObjectIds: [event.mergedId],
        newObjectId: event.id,
        numberOfPropertiesMoved: event.propertiesMoved,
      }
    case 'associationChange': {
      const ends = [event.type.singular, event.to.singular].map((end) => end.toUpperCase())
      return {
        ...(named
          ? { associationType: ends.join('_TO_') }
          : { associationTypeId: event.typeId, associationCategory: event.category }),
        fromObjectId: event.id,
        toObjectId: event.toId,
        fromObjectTypeId: event.type.typeId,
        toObjectTypeId: event.to.typeId,
        associationRemoved: event.removed,
        isPrimaryAssociation: event.primary,
      }
    }
    default:
      return {}
  }
}
