import type { ObjectDefinition, QueuedRecord } from '@hubsync/core'

/**
 * The type ids of the objects that HubSpot names in the types of its events. For all others the event has the type id.
 */
const namedTypes: Readonly<Record<string, string>> = {
  contact: '0-1',
  company: '0-2',
  deal: '0-3',
  ticket: '0-5',
  product: '0-7',
  line_item: '0-8',
}

/** The kinds of events that mean that a record or its associations may have changed. */
const kinds = new Set([
  'creation',
  'propertyChange',
  'deletion',
  'privacyDeletion',
  'restore',
  'merge',
  'associationChange',
])

/** The objects and pairs that are mirrored. */
export interface Mirrored {
  objects: readonly ObjectDefinition[]
  pairs: readonly (readonly [from: string, to: string])[]
}

/** The records that an event is about, or why it is ignored. */
export type EventReading = { records: QueuedRecord[] } | { ignored: 'unknown' | 'notMirrored' }

/** An event of HubSpot, with fields of unknown types. */
export type WebhookEvent = Record<string, unknown>

/**
 * Reads one event. It only returns which records to read: events arrive in any order and more than once, so their
 * values are never used.
 */
export function readEvent(event: WebhookEvent, mirrored: Mirrored): EventReading {
  const subscription = textOf(event.subscriptionType ?? event.eventType)
  const [, subject = '', kind = ''] = /^(\w+)\.(\w+)$/.exec(subscription) ?? []
  if (!kinds.has(kind)) return { ignored: 'unknown' }
  if (kind === 'associationChange') return readAssociation(event, subject, mirrored)
  const ids =
    kind === 'merge'
      ? [event.objectId, event.primaryObjectId, event.newObjectId, event.mergedObjectIds].flat()
      : [event.objectId]
  const object = objectOf(typeIdOf(event.objectTypeId, subject), mirrored)
  return readingOf([{ object, ids }])
}

/** Returns both ends, because the mirror stores the association at either one of them. */
function readAssociation(event: WebhookEvent, subject: string, mirrored: Mirrored): EventReading {
  const [, from = subject, to = ''] =
    /^(\w+?)_to_(\w+)$/.exec(textOf(event.associationType).toLowerCase()) ?? []
  const near = objectOf(typeIdOf(event.fromObjectTypeId, from), mirrored)
  const far = objectOf(typeIdOf(event.toObjectTypeId, to), mirrored)
  const linked = mirrored.pairs.some(([one, other]) =>
    one === near?.name ? other === far?.name : one === far?.name && other === near?.name,
  )
  const reading = readingOf([
    { object: near, ids: [event.fromObjectId] },
    { object: far, ids: [event.toObjectId] },
  ])
  return 'records' in reading && !linked ? { ignored: 'notMirrored' } : reading
}

function readingOf(ends: { object: ObjectDefinition | undefined; ids: unknown[] }[]): EventReading {
  const records: QueuedRecord[] = []
  for (const { object, ids } of ends) {
    if (!object) return { ignored: 'notMirrored' }
    const named = ids.filter((id) => id !== undefined && id !== null)
    const known = new Set(named.map(idOf))
    if (known.size === 0 || known.has(undefined)) return { ignored: 'unknown' }
    for (const id of known) if (id !== undefined) records.push({ object: object.name, id })
  }
  return { records }
}

function objectOf(typeId: string | undefined, { objects }: Mirrored): ObjectDefinition | undefined {
  if (typeId === undefined) return undefined
  return objects.find((object) => object.typeId === typeId)
}

function typeIdOf(given: unknown, name: string): string | undefined {
  const typeId = textOf(given)
  return typeId === '' ? namedTypes[name] : typeId
}

/** An id as text; undefined if it isn't an id, or is a number that JSON can't represent exactly. */
export function idOf(value: unknown): string | undefined {
  const text = Number.isSafeInteger(value) ? String(value) : textOf(value)
  return /^\d{1,19}$/.test(text) ? text : undefined
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
