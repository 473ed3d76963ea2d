import type { Clock } from './clock.js'
import { defaultLabels, type ObjectType } from './object-types.js'

/** What a portal tells of a custom object besides its properties and associations. */
export interface CustomObjectDetails {
  /** The names that people see. A schema may have none, or only one. @defaultValue made from the name */
  labels?: { singular?: string; plural?: string }
  /** What it is for. @defaultValue '' */
  description?: string
  /** The property that names a record. @defaultValue the first own one, or the record id */
  primaryDisplayProperty?: string
  /** The properties that are shown beside the name. @defaultValue none */
  secondaryDisplayProperties?: readonly string[]
  /** The properties that a record needs. @defaultValue none */
  requiredProperties?: readonly string[]
  /** The properties that people find a record by. @defaultValue its own ones */
  searchableProperties?: readonly string[]
  /** Whether its properties may be sensitive. @defaultValue false */
  allowsSensitiveProperties?: boolean
}

/** The details of a custom object with its dates. */
export type KnownDetails = CustomObjectDetails & { createdAt: number; updatedAt: number }

const DEFINED_AT = Date.UTC(2025, 2, 3, 9, 30)

/** The details of the custom objects of a portal. */
export class CustomObjects {
  readonly #clock: Clock
  readonly #details = new Map<ObjectType, KnownDetails>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  of(type: ObjectType): KnownDetails {
    const dated = { createdAt: DEFINED_AT, updatedAt: DEFINED_AT }
    return this.#details.get(type) ?? { labels: defaultLabels(type), ...dated }
  }

  /** Adds what is named. */
  define(type: ObjectType, details: Partial<KnownDetails>): void {
    this.#details.set(type, { ...this.of(type), ...details })
  }

  /** Changes what is named. That is a modification. */
  update(type: ObjectType, changes: CustomObjectDetails): void {
    if (type.standard)
      throw new Error(`Expected a custom object, got ${type.name}. HubSpot's own can't be changed.`)
    this.define(type, changes)
    this.#details.set(type, { ...this.of(type), updatedAt: this.#clock.now() })
  }
}
