import type { HubspotOption, PropertyDefinition } from './catalogue/definition.js'
import type { ObjectType } from './object-types.js'
import {
  type DefinedProperty,
  definitionsOf,
  entryOf,
  type PropertyEntry,
} from './property-entries.js'
import { PropertyGroups } from './property-groups.js'

/** How long an archived definition is kept. Source: HubSpot docs, "Sensitive data". */
const KEPT = 90 * 86_400_000

/** The properties of one object type. */
export class PropertySet {
  readonly groups: PropertyGroups
  readonly #type: ObjectType
  readonly #entries: Map<string, PropertyEntry>
  readonly #lists = new Map<boolean, readonly Readonly<DefinedProperty>[]>()
  #names: string[] | undefined

  constructor(type: ObjectType) {
    this.#type = type
    this.#entries = new Map(definitionsOf(type))
    this.groups = new PropertyGroups()
    for (const { defined } of this.#entries.values()) this.groups.know(defined.groupName)
  }

  /** Adds a property, or replaces one of that name. */
  define(definition: PropertyDefinition, at: number): void {
    const createdAt = this.#entries.get(definition.name)?.defined.createdAt ?? at
    const entry = entryOf(this.#type, definition, { createdAt, updatedAt: at })
    this.#entries.set(definition.name, entry)
    this.groups.know(entry.defined.groupName)
    this.#forget()
  }

  /** Changes what is named of a property, active or archived. Another type brings its usual field type. */
  update(name: string, changes: Partial<PropertyDefinition>, at: number): void {
    const { given, defined } = this.#require(name)
    const before = { ...given }
    if (changes.type !== undefined) delete before.fieldType
    this.define({ ...before, ...changes, name }, at)
    if (defined.archivedAt !== undefined) this.archive(name, defined.archivedAt)
  }

  /** Archives a definition: it is no longer listed, and its values are no longer returned. */
  archive(name: string, at: number): void {
    this.#change(name, { archivedAt: at })
  }

  /** Restores an archived definition. */
  restore(name: string, at: number): void {
    this.#change(name, { archivedAt: undefined, updatedAt: at })
  }

  /** Removes a definition, active or archived, without a trace. */
  delete(name: string): void {
    this.#require(name)
    this.#entries.delete(name)
    this.#forget()
  }

  /** Changes the choices of an enumeration. */
  setOptions(
    name: string,
    change: (options: HubspotOption[]) => HubspotOption[],
    at: number,
  ): void {
    const { given, defined } = this.#require(name)
    const options = change(defined.options.map((option) => ({ ...option })))
    this.#change(name, { options, updatedAt: at }, { ...given, options })
  }

  /** Removes what has been archived for 90 days. */
  purge(now: number): void {
    for (const [name, { defined }] of this.#entries)
      if (defined.archivedAt !== undefined && defined.archivedAt <= now - KEPT) this.delete(name)
  }

  /** The active definition of this name. */
  get(name: string): Readonly<DefinedProperty> | undefined {
    const property = this.#entries.get(name)?.defined
    return property?.archivedAt === undefined ? property : undefined
  }

  /** The names of the active ones, sorted. */
  names(): readonly string[] {
    this.#names ??= this.list(false).map(({ name }) => name)
    return this.#names
  }

  /** The definitions, active or archived, by name. */
  list(archived: boolean): readonly Readonly<DefinedProperty>[] {
    const known = this.#lists.get(archived)
    if (known) return known
    const list = [...this.#entries.values()]
      .map(({ defined }) => defined)
      .filter((property) => (property.archivedAt !== undefined) === archived)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    this.#lists.set(archived, list)
    return list
  }

  /**
   * The sorted names of the properties in a reply: the requested ones that exist (others are silently left out), or the
   * defaults of the endpoint, and always id, creation and modification date. Source: HubSpot docs, "Objects" (unknown
   * names are ignored); recorded replies.
   *
   */
  returned(asked: readonly string[] | undefined, endpoint: 'list' | 'search'): string[] {
    const { listed = [], searched = listed } = this.#type.standard ?? {}
    const defaults = endpoint === 'search' ? searched : listed
    const names = new Set([...this.always(), ...(asked ?? defaults)])
    return [...names].filter((name) => this.get(name)).sort()
  }

  /** The properties that every reply has. */
  always(): string[] {
    return ['hs_object_id', this.#type.createdProperty, this.#type.modifiedProperty]
  }

  /** The properties that the `query` of a search searches. */
  queried(): readonly string[] {
    return (
      this.#type.standard?.queried ??
      this.names().filter((name) => this.get(name)!.type === 'string')
    )
  }

  #forget(): void {
    this.#names = undefined
    this.#lists.clear()
  }

  #change(name: string, changes: Partial<DefinedProperty>, given?: PropertyDefinition): void {
    const before = this.#require(name)
    const defined = { ...before.defined, ...changes }
    this.#entries.set(name, { given: given ?? before.given, defined })
    this.#forget()
  }

  #require(name: string): PropertyEntry {
    const entry = this.#entries.get(name)
    if (entry) return entry
    throw new Error(
      `Expected a property of ${this.#type.name}, got ${name}. Add it with portal.defineProperty().`,
    )
  }
}
