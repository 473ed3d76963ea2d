import { labelOf } from './catalogue/definition.js'

/** A group of properties as HubSpot sends it. Source: HubSpot API specification. */
export interface HubspotPropertyGroup {
  /** The internal name. */
  name: string
  /** The name that people see. */
  label: string
  /** Its place among the groups. */
  displayOrder: number
  /** Always false: what is deleted isn't listed. */
  archived: boolean
}

/** The groups of the properties of one object type. */
export class PropertyGroups {
  readonly #groups = new Map<string, HubspotPropertyGroup>()
  /** Deleted ones. Their properties still name them, and don't bring them back. */
  readonly #gone = new Set<string>()

  /** Adds the group that a property names, if it is new. */
  know(name: string): void {
    if (!this.#groups.has(name) && !this.#gone.has(name)) this.define(name, {})
  }

  /** Adds a group, or changes what is named of it. */
  define(name: string, changes: { label?: string; displayOrder?: number }): void {
    const before = this.#groups.get(name) ?? {
      name,
      label: labelOf(name),
      displayOrder: -1,
      archived: false,
    }
    this.#gone.delete(name)
    this.#groups.set(name, { ...before, ...changes })
  }

  delete(name: string): void {
    if (!this.#groups.delete(name))
      throw new Error(
        `Expected a group of properties, got ${name}. Add it with portal.definePropertyGroup().`,
      )
    this.#gone.add(name)
  }

  /** The groups, by name. */
  list(): HubspotPropertyGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}
