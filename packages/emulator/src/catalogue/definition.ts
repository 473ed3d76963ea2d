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
  label: string
  value: string
}

/** A property as the portal's owner defines it; only `name` and `type` are needed. */
export interface PropertyDefinition {
  /** The internal name, lower case: `lead_score`. */
  name: string
  type: PropertyType
  /** A hint for the user interface. @default the usual one of the type; of a custom property that is calculated, `calculation_equation` */
  fieldType?: string
  /** @default made from the name */
  label?: string
  /** @default '' */
  description?: string
  /** @default `<singular>information` */
  groupName?: string
  /** The choices of an enumeration. @default none */
  options?: readonly (string | PropertyOption)[]
  /**
   * Whether HubSpot computes it; such a property changes without a modification date. In replies HubSpot's own properties alone bear the
   * flag; a custom one is told by its field type or formula. Source: HubSpot's OpenAPI of properties, recorded replies.
   * @default false
   */
  calculated?: boolean
  /** What HubSpot computes it by. @default none */
  calculationFormula?: string
  /** @default false */
  hidden?: boolean
  /** Whether values are unique, so that batch reads may use it as `idProperty`. @default false */
  hasUniqueValue?: boolean
  /** Whether the choices live elsewhere (owners), so that `options` is empty. @default false */
  externalOptions?: boolean
  /** `OWNER`, `COMPANY`: what the value is the id of. */
  referencedObjectType?: string
  /** @default false for those of defineProperty, true for HubSpot's own */
  hubspotDefined?: boolean
  /** Whether values can't be written by users. @default whether HubSpot computes it */
  readOnly?: boolean
  /** Whether amounts show a currency sign. */
  showCurrencySymbol?: boolean
}

const words = (name: string) => {
  const text = name.replace(/^hs_/, '').replaceAll('_', ' ').trim()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The label that a property gets when none is given. */
export const labelOf = words

type Extra = Partial<PropertyDefinition>
type Entry = readonly [name: string, extra?: Extra]

/** Properties of one type and group, without repeating both. */
export const group = (
  groupName: string,
  entries: Partial<Record<PropertyType, readonly (string | Entry)[]>>,
): PropertyDefinition[] =>
  Object.entries(entries).flatMap(([type, list]) =>
    list.map((entry): PropertyDefinition => {
      const [name, extra] = typeof entry === 'string' ? ([entry] as Entry) : entry
      return { name, type: type as PropertyType, groupName, hubspotDefined: true, ...extra }
    }),
  )
