/** The kinds of value. Source: HubSpot docs, "Properties"; `phone_number` from a recorded reply. */
export type PropertyType =
  | 'string'
  | 'number'
  | 'date'
  | 'datetime'
  | 'bool'
  | 'enumeration'
  | 'phone_number'
  | 'object_coordinates'
  | 'json'

/** One choice of an enumeration. */
export interface PropertyOption {
  /** The name that people see. @defaultValue made from the value */
  label?: string
  /** The value that records have. */
  value: string
  /** What it means. @defaultValue '' */
  description?: string
  /** Its place among the choices. @defaultValue that in the list */
  displayOrder?: number
  /** Whether people can't choose it any more. Records may still have it. @defaultValue false */
  hidden?: boolean
}

/** A choice as HubSpot sends it. Source: recorded reply. */
export interface HubspotOption {
  /** The name that people see. */
  label: string
  /** The value that records have. */
  value: string
  /** What it means. Absent from stages and from choices of yes and no. */
  description?: string
  /** Its place among the choices. */
  displayOrder: number
  /** Whether people can't choose it any more. Records may still have it. */
  hidden: boolean
}

/** The definition of a property. Only `name` and `type` are required. */
export interface PropertyDefinition {
  /** The internal name, lower case: `lead_score`. */
  name: string
  /** The type of its values. */
  type: PropertyType
  /**
   * A hint for the user interface. @defaultValue the usual one of the type; `calculation_equation` for a calculated
   * custom property
   */
  fieldType?: string
  /** The name that people see. @defaultValue made from the name */
  label?: string
  /** A description. @defaultValue '' */
  description?: string
  /** The group that it belongs to. @defaultValue `<singular>information` */
  groupName?: string
  /** The choices of an enumeration. @defaultValue none */
  options?: readonly (string | PropertyOption)[]
  /**
   * Whether HubSpot computes it. Such a property changes without a new modification date. In replies only HubSpot's own
   * properties have this flag; a custom one is recognised by its field type or formula. Source: HubSpot's OpenAPI of
   * properties, recorded replies. @defaultValue false
   *
   */
  calculated?: boolean
  /** The formula of a calculated property. @defaultValue none */
  calculationFormula?: string
  /** Whether the user interface hides it. @defaultValue false */
  hidden?: boolean
  /** Whether values are unique, so that batch reads may use it as `idProperty`. @defaultValue false */
  hasUniqueValue?: boolean
  /** Whether the choices are defined elsewhere, as owners are, so that `options` is empty. @defaultValue false */
  externalOptions?: boolean
  /** The kind of object whose id the value is: `OWNER`, `COMPANY`. */
  referencedObjectType?: string
  /** Whether HubSpot defines it. @defaultValue false for those of defineProperty, true for HubSpot's own */
  hubspotDefined?: boolean
  /** Whether values can't be written by users. @defaultValue whether HubSpot computes it */
  readOnly?: boolean
  /** Whether amounts show a currency sign. */
  showCurrencySymbol?: boolean
  /** Its place among the properties of its group. @defaultValue -1, which is none */
  displayOrder?: number
  /** Whether forms may have it. @defaultValue whether users can write and see it */
  formField?: boolean
  /** How dates are shown, such as `time_since`. */
  dateDisplayHint?: string
  /** Whether the choices can't be changed. */
  readOnlyOptions?: boolean
  /**
   * How carefully its values are kept. A list of definitions has one level at a time, and values above the first need a
   * scope of their own: without it they are left out of replies. @defaultValue 'non_sensitive'
   *
   */
  dataSensitivity?: 'non_sensitive' | 'sensitive' | 'highly_sensitive'
  /** What makes it sensitive, such as `HEALTH`. */
  sensitiveDataCategories?: readonly string[]
}

/** The default label of a property. */
export function labelOf(name: string): string {
  const text = name.replace(/^hs_/, '').replaceAll('_', ' ').trim()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

type Extra = Partial<PropertyDefinition>
type Entry = readonly [name: string, extra?: Extra]

/** Definitions of properties that share a type and a group. */
export function group(
  groupName: string,
  entries: Partial<Record<PropertyType, readonly (string | Entry)[]>>,
): PropertyDefinition[] {
  return Object.entries(entries).flatMap(([type, list]) =>
    list.map((entry): PropertyDefinition => {
      const [name, extra] = typeof entry === 'string' ? ([entry] as Entry) : entry
      return { name, type: type as PropertyType, groupName, hubspotDefined: true, ...extra }
    }),
  )
}
