import type { ObjectType } from './object-types.js'

/** A change of a record about which HubSpot notifies subscribers. */
export type RecordEvent = { readonly type: ObjectType; readonly id: number } & (
  | { readonly kind: 'creation' | 'deletion' | 'restore' | 'privacyDeletion' }
  | { readonly kind: 'propertyChange'; readonly name: string; readonly value: string }
  | {
      /** `id` is the new record. */
      readonly kind: 'merge'
      readonly primaryId: number
      readonly mergedId: number
      readonly propertiesMoved: number
    }
  | {
      readonly kind: 'associationChange'
      readonly to: ObjectType
      readonly toId: number
      readonly removed: boolean
      readonly primary: boolean
      readonly category: string
      readonly typeId: number
    }
)

/** A listener for changes of records. `appId` is the app that made the change, undefined for a user. */
export type RecordListener = (event: RecordEvent, appId: number | undefined) => void

/** A change of values, as one event for each property. */
export function propertyChanges(
  type: ObjectType,
  id: number,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): RecordEvent[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ kind: 'propertyChange', type, id, name, value: after[name] ?? '' }))
}
