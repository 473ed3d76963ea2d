import type { HubspotOption } from './catalogue/definition.js'
import { epochProperty, undatedProperties } from './catalogue/standard-properties.js'
import type { ObjectType } from './object-types.js'
import type { Pipelines } from './pipelines.js'
import type { DefinedProperty } from './property-entries.js'
import { isoDate } from './record-shape.js'

/** A definition as HubSpot sends it. Source: HubSpot API specification; recorded replies. */
export interface HubspotProperty {
  /** The modification date. A few of HubSpot's own properties have none. */
  updatedAt?: string
  /** The creation date. A few of HubSpot's own properties have none. */
  createdAt?: string
  /** The internal name. */
  name: string
  /** The name that people see. */
  label: string
  /** The type of its values. */
  type: string
  /** How the user interface shows it; `calculation_…` if HubSpot computes it. */
  fieldType: string
  /** A description. */
  description: string
  /** The group that it belongs to. */
  groupName: string
  /** The choices of an enumeration. None where they are defined elsewhere. */
  options: HubspotOption[]
  /** The kind of object whose id the value is. */
  referencedObjectType?: string
  /** The user who made a custom property. */
  createdUserId?: string
  /** The user who changed a custom property last. */
  updatedUserId?: string
  /** Its place among the properties of its group; -1 for none. */
  displayOrder: number
  /** Whether HubSpot computes one of its own properties. It is false for most that it computes, and all custom ones. */
  calculated: boolean
  /** The formula of a calculated property. */
  calculationFormula?: string
  /** Whether the choices are defined elsewhere. */
  externalOptions: boolean
  /** Whether it is archived. Most of HubSpot's own properties don't say so. */
  archived?: boolean
  /** When it was archived. */
  archivedAt?: string
  /** Whether values are unique. */
  hasUniqueValue: boolean
  /** Whether the user interface hides it. */
  hidden: boolean
  /** Whether HubSpot defines it. Absent otherwise. */
  hubspotDefined?: boolean
  /** Whether amounts show a currency sign. */
  showCurrencySymbol?: boolean
  /** How dates are shown. */
  dateDisplayHint?: string
  /** What can be changed about it. */
  modificationMetadata: {
    archivable: boolean
    readOnlyDefinition: boolean
    readOnlyOptions?: boolean
    readOnlyValue: boolean
  }
  /** Whether forms may have it. */
  formField: boolean
  /** How carefully its values are kept. */
  dataSensitivity: string
  /** What makes it sensitive. */
  sensitiveDataCategories?: string[]
}

/** Definitions never change, and a portal has hundreds of them that are told again and again. */
const shapes = new WeakMap<Readonly<DefinedProperty>, HubspotProperty>()

/**
 * A definition in HubSpot's form, which is not to be changed. HubSpot's own and custom ones differ in a few keys.
 * Source: recorded replies.
 */
export function shapeProperty(
  pipelines: Pipelines,
  type: ObjectType,
  property: Readonly<DefinedProperty>,
): HubspotProperty {
  const shape = shapes.get(property) ?? shapeOf(property)
  shapes.set(property, shape)
  const choices = pipelines.choices(type, property.name)
  return choices ? { ...shape, options: choices } : shape
}

function shapeOf(property: Readonly<DefinedProperty>): HubspotProperty {
  const { hubspotDefined, readOnlyOptions, archivedAt } = property
  const isDated = !hubspotDefined || !undatedProperties.has(property.name)
  const saysArchived = !hubspotDefined || archivedAt !== undefined
  return present({
    updatedAt: isDated ? isoDate(property.updatedAt) : undefined,
    createdAt: isDated ? createdAtOf(property) : undefined,
    name: property.name,
    label: property.label,
    type: property.type,
    fieldType: property.fieldType,
    description: property.description,
    groupName: property.groupName,
    options: property.options,
    referencedObjectType: property.referencedObjectType,
    createdUserId: hubspotDefined ? undefined : '1',
    updatedUserId: hubspotDefined ? undefined : '1',
    displayOrder: property.displayOrder,
    calculated: property.calculated,
    calculationFormula: property.calculationFormula,
    externalOptions: property.externalOptions,
    archived: saysArchived ? archivedAt !== undefined : undefined,
    archivedAt: archivedAt === undefined ? undefined : isoDate(archivedAt),
    hasUniqueValue: property.hasUniqueValue,
    hidden: property.hidden,
    hubspotDefined: hubspotDefined || undefined,
    showCurrencySymbol: property.showCurrencySymbol || undefined,
    dateDisplayHint: property.dateDisplayHint,
    modificationMetadata: present({
      archivable: true,
      readOnlyDefinition: hubspotDefined,
      readOnlyOptions,
      readOnlyValue: property.readOnly,
    }),
    formField: property.formField,
    dataSensitivity: property.dataSensitivity,
    sensitiveDataCategories: property.sensitiveDataCategories && [
      ...property.sensitiveDataCategories,
    ],
  })
}

function createdAtOf({ name, createdAt }: DefinedProperty): string {
  return name === epochProperty ? '1970-01-01T00:00:00Z' : isoDate(createdAt)
}

type Present<T> = { [Key in keyof T]: Exclude<T[Key], undefined> }

/** Leaves out the keys that have no value. */
function present<T extends object>(given: T): Present<T> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Present<T>
}
