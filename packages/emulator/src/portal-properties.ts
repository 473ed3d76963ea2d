import type { HubspotOption, PropertyDefinition, PropertyOption } from './catalogue/definition.js'
import type { Crm } from './crm.js'
import { shapeOption } from './property-entries.js'
import type { HubspotPropertyGroup } from './property-groups.js'
import { type HubspotProperty, shapeProperty } from './property-shape.js'

/** The properties of object types, their choices and groups. */
export interface PortalProperties {
  /** Adds a property, or replaces one of that name. */
  defineProperty(type: string, definition: PropertyDefinition): void
  /** Changes what is named of a property: its label, type, group, … Records keep their values. */
  updateProperty(
    type: string,
    name: string,
    changes: Partial<Omit<PropertyDefinition, 'name'>>,
  ): void
  /**
   * Archives a property: replies no longer contain it or its values. After 90 days on the portal's clock it is deleted.
   *
   */
  archiveProperty(type: string, name: string): void
  /** Restores an archived property. Replies contain its values again. */
  restoreProperty(type: string, name: string): void
  /** Deletes a property for good, active or archived. */
  deleteProperty(type: string, name: string): void
  /** Adds a choice to a property, after the others. */
  addOption(type: string, property: string, option: string | PropertyOption): void
  /** Renames, moves, hides or shows a choice. */
  updateOption(
    type: string,
    property: string,
    value: string,
    changes: Partial<Omit<PropertyOption, 'value'>>,
  ): void
  /** Removes a choice, also while records have it. They keep the value. */
  removeOption(type: string, property: string, value: string): void
  /** Adds a group of properties, or changes what is named of it. Without a label one is made from the name. */
  definePropertyGroup(
    type: string,
    name: string,
    changes?: { label?: string; displayOrder?: number },
  ): void
  /** Deletes a group. Properties in it keep its name. */
  deletePropertyGroup(type: string, name: string): void
  /** The definitions in HubSpot's form, of every sensitivity, without limits, faults and delays. */
  properties(type: string, options?: { archived?: boolean }): HubspotProperty[]
  /** The groups in HubSpot's form, without limits, faults and delays. */
  propertyGroups(type: string): HubspotPropertyGroup[]
}

/** The methods of a portal about properties. */
export function propertyMethods(crm: Crm): PortalProperties {
  const set = (type: string) => {
    const { properties } = crm.named(type)
    properties.purge(crm.clock.now())
    return properties
  }
  const change = (
    [type, name]: readonly [string, string],
    how: (options: HubspotOption[]) => HubspotOption[],
  ) => set(type).setOptions(name, how, crm.clock.now())

  return {
    defineProperty: (type, definition) => set(type).define(definition, crm.clock.now()),
    updateProperty: (type, name, changes) => set(type).update(name, changes, crm.clock.now()),
    archiveProperty: (type, name) => set(type).archive(name, crm.clock.now()),
    restoreProperty: (type, name) => set(type).restore(name, crm.clock.now()),
    deleteProperty: (type, name) => set(type).delete(name),
    addOption: (type, name, option) =>
      change([type, name], (options) => [...options, shapeOption(option, options.length)]),
    updateOption: (type, name, value, changes) =>
      change([type, name], (options) => {
        Object.assign(requireOption(options, value), changes)
        return options
      }),
    removeOption: (type, name, value) =>
      change([type, name], (options) => {
        const removed = requireOption(options, value)
        return options.filter((option) => option !== removed)
      }),
    definePropertyGroup: (type, name, changes = {}) => set(type).groups.define(name, changes),
    deletePropertyGroup: (type, name) => set(type).groups.delete(name),
    properties: (type, { archived = false } = {}) =>
      set(type)
        .list(archived)
        .map((property) => copyOf(shapeProperty(crm.pipelines, crm.types.require(type), property))),
    propertyGroups: (type) => set(type).groups.list(),
  }
}

/** What a test can change without changing the portal. */
function copyOf(property: HubspotProperty): HubspotProperty {
  const { options, modificationMetadata } = property
  return {
    ...property,
    options: options.map((option) => ({ ...option })),
    modificationMetadata: { ...modificationMetadata },
  }
}

function requireOption(options: HubspotOption[], value: string): HubspotOption {
  const found = options.find((option) => option.value === value)
  if (found) return found
  throw new Error(
    `Expected a choice of the property, got ${value}. Add it with portal.addOption().`,
  )
}
