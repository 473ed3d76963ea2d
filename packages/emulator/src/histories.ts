import type { ObjectType } from './object-types.js'
import { type ChangeSource, isoDate } from './record-shape.js'
import type { StoredRecord } from './stored-record.js'

/** One value that a property had. */
export interface Version {
  /** `''` where it was emptied. */
  readonly value: string
  readonly at: number
  readonly source: ChangeSource
  /** The record that it was written on: this one, or one that was merged into it. */
  readonly recordId: number
}

/** What becomes of the histories of two records that are merged. */
export type MergedHistory = 'both' | 'primary'

/** The sources of changes for which none is named. */
export const sources = {
  creation: { sourceType: 'API' },
  call: { sourceType: 'API' },
  change: { sourceType: 'CRM_UI', sourceId: 'userId:1', updatedByUserId: 1 },
  calculation: { sourceType: 'CALCULATED' },
  merge: { sourceType: 'MERGE_OBJECTS' },
} satisfies Record<string, ChangeSource>

/** How many versions of a property HubSpot keeps. Source: a vendor of HubSpot apps, citing HubSpot. */
const KEPT = { contacts: 45, others: 20 }

interface PropertyHistory {
  /** By time. The last ones of them are kept, as many as HubSpot keeps. */
  readonly versions: Version[]
  /** What a merge lost. */
  readonly lost: readonly Version[]
}

const never = (): PropertyHistory => ({ versions: [], lost: [] })

/**
 * The values that the properties of one type's records had. Nothing is stored of a record that never changed: its
 * history follows from the record.
 */
export class Histories {
  readonly #type: ObjectType
  readonly #limit: number
  readonly #changed = new Map<number, Map<string, PropertyHistory>>()

  constructor(type: ObjectType) {
    this.#type = type
    this.#limit = type.standard?.name === 'contacts' ? KEPT.contacts : KEPT.others
  }

  /** Notes who created a record. */
  create(record: StoredRecord, source: ChangeSource): void {
    this.#changed.set(record.id, this.#initial(record, source))
  }

  /** Notes what a change makes of each property. */
  change(before: StoredRecord, after: StoredRecord, at: number, source: ChangeSource): void {
    const history = this.#changed.get(before.id) ?? this.#initial(before)
    this.#changed.set(before.id, history)
    this.#write(history, after, at, source)
  }

  /**
   * Makes the history of the record that two others are merged into. It has the values of both. Of two with the same
   * time it has the primary's. Source: HubSpot changelog, "Updated merge functionality for contacts and companies". With
   * `primary` it has the primary's alone.
   */
  merge(
    winner: StoredRecord,
    [primary, secondary]: readonly [StoredRecord, StoredRecord],
    how: MergedHistory,
  ): void {
    const one = this.#changed.get(primary.id) ?? this.#initial(primary)
    const other = this.#changed.get(secondary.id) ?? this.#initial(secondary)
    const history = new Map<string, PropertyHistory>()
    for (const name of new Set([...one.keys(), ...other.keys()])) {
      const [own, added] = [one.get(name) ?? never(), other.get(name) ?? never()]
      const taken = new Set(own.versions.map(({ at }) => at))
      const isKept = ({ at }: Version) => how === 'both' && !taken.has(at)
      history.set(name, {
        versions: [...own.versions, ...added.versions.filter(isKept)].sort(byTime),
        lost: [...own.lost, ...added.lost, ...added.versions.filter((one) => !isKept(one))],
      })
    }
    this.#changed.set(winner.id, history)
    this.#write(history, winner, winner.updatedAt, sources.merge)
  }

  delete(id: number): void {
    this.#changed.delete(id)
  }

  /** The versions of a property that HubSpot still has, newest first, and those that it dropped. */
  of(record: StoredRecord, name: string): { kept: Version[]; dropped: readonly Version[] } {
    const { versions, lost } = this.#of(record, name)
    const kept = versions.slice(-this.#limit).reverse()
    return { kept, dropped: [...versions.slice(0, -this.#limit), ...lost] }
  }

  /** The properties that ever had a value. */
  names(record: StoredRecord): string[] {
    const { createdProperty } = this.#type
    const history = this.#changed.get(record.id) ?? this.#initial(record)
    return ['hs_object_id', createdProperty, ...history.keys()].sort()
  }

  #of(record: StoredRecord, name: string): PropertyHistory {
    const { id, createdAt } = record
    const once = (value: string) => ({
      versions: [{ value, at: createdAt, source: sources.creation, recordId: id }],
      lost: [],
    })
    if (name === 'hs_object_id') return once(String(id))
    if (name === this.#type.createdProperty) return once(isoDate(createdAt))
    const history = this.#changed.get(id)
    if (history) return history.get(name) ?? never()
    if (name === this.#type.modifiedProperty) return this.#initial(record).get(name)!
    const value = record.properties[name] ?? ''
    return value === '' ? never() : once(value)
  }

  /** The history of a record that has not changed since it was made. */
  #initial(record: StoredRecord, source: ChangeSource = sources.creation) {
    const { id, createdAt, updatedAt, properties } = record
    const version = (value: string, at: number) => ({ value, at, source, recordId: id })
    const history = new Map<string, PropertyHistory>()
    for (const [name, value] of Object.entries(properties))
      if (value !== '') history.set(name, { versions: [version(value, createdAt)], lost: [] })
    const moments = updatedAt === createdAt ? [createdAt] : [createdAt, updatedAt]
    history.set(this.#type.modifiedProperty, {
      versions: moments.map((at) => version(isoDate(at), at)),
      lost: [],
    })
    return history
  }

  /** Adds a version of each property whose last one isn't the value of the record. */
  #write(
    history: Map<string, PropertyHistory>,
    record: StoredRecord,
    at: number,
    source: ChangeSource,
  ): void {
    const { modifiedProperty } = this.#type
    const values = { ...record.properties, [modifiedProperty]: isoDate(record.updatedAt) }
    for (const name of new Set([...history.keys(), ...Object.keys(values)])) {
      const known = history.get(name) ?? never()
      const last = known.versions.at(-1)
      const value = values[name] ?? ''
      if (value === (last?.value ?? '')) continue
      // The newest version is the value of the record, also if a test says that it changed long ago.
      const moment = Math.max(at, last?.at ?? at)
      const told = name === modifiedProperty ? { sourceType: source.sourceType } : source
      known.versions.push({ value, at: moment, source: told, recordId: record.id })
      history.set(name, known)
    }
  }
}

function byTime(a: Version, b: Version): number {
  return a.at - b.at
}
