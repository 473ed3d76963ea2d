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
  /** The name that people see. */
  label: string
  /** The value that records have. */
  value: string
}

/** A property as the portal's owner defines it; only `name` and `type` are needed. */
export interface PropertyDefinition {
  /** The internal name, lower case: `lead_score`. */
  name: string
  /** What its values are. */
  type: PropertyType
  /** A hint for the user interface. @defaultValue the usual one of the type; of a custom property that is calculated, `calculation_equation` */
  fieldType?: string
  /** The name that people see. @defaultValue made from the name */
  label?: string
  /** What it is for. @defaultValue '' */
  description?: string
  /** The group that it belongs to. @defaultValue `<singular>information` */
  groupName?: string
  /** The choices of an enumeration. @defaultValue none */
  options?: readonly (string | PropertyOption)[]
  /**
   * Whether HubSpot computes it; such a property changes without a modification date. In replies HubSpot's own properties alone bear the
   * flag; a custom one is told by its field type or formula. Source: HubSpot's OpenAPI of properties, recorded replies.
   * @defaultValue false
   */
  calculated?: boolean
  /** What HubSpot computes it by. @defaultValue none */
  calculationFormula?: string
  /** Whether the user interface hides it. @defaultValue false */
  hidden?: boolean
  /** Whether values are unique, so that batch reads may use it as `idProperty`. @defaultValue false */
  hasUniqueValue?: boolean
  /** Whether the choices live elsewhere (owners), so that `options` is empty. @defaultValue false */
  externalOptions?: boolean
  /** `OWNER`, `COMPANY`: what the value is the id of. */
  referencedObjectType?: string
  /** Whether HubSpot defines it. @defaultValue false for those of defineProperty, true for HubSpot's own */
  hubspotDefined?: boolean
  /** Whether values can't be written by users. @defaultValue whether HubSpot computes it */
  readOnly?: boolean
  /** Whether amounts show a currency sign. */
  showCurrencySymbol?: boolean
}

/** The label that a property gets when none is given. */
export function labelOf(name: string): string {
  const text = name.replace(/^hs_/, '').replaceAll('_', ' ').trim()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

type Extra = Partial<PropertyDefinition>
type Entry = readonly [name: string, extra?: Extra]

/** Properties of one type and group, without repeating both. */
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
