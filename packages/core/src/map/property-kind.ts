import type { PropertyDefinition } from '../extract/parse-catalogue.js'
import type { ColumnKind } from '../objects/columns.js'

/**
 * The kind of column that holds every value of a property, by HubSpot's type of it. Money is `decimal`, ids are `text`,
 * and other numbers are `number`: HubSpot has no whole numbers.
 */
export function kindOfProperty(property: PropertyDefinition): ColumnKind {
  const { name, type, fieldType, raw } = property
  switch (type) {
    case 'bool':
      return 'boolean'
    case 'date':
    case 'datetime':
      return type
    case 'phone_number':
      return 'phone'
    case 'enumeration':
      if (fieldType === 'booleancheckbox' && isYesOrNo(property)) return 'boolean'
      return fieldType === 'checkbox' ? 'list' : 'text'
    case 'number':
      return isId(name) ? 'text' : isMoney(raw) ? 'decimal' : 'number'
    case 'string':
      if (fieldType === 'phonenumber') return 'phone'
      // `hs_full_name_or_email` is in HubSpot's own properties.
      return /(^|_)email$/.test(name) && !name.endsWith('_or_email') ? 'email' : 'text'
    default:
      // Coordinates and JSON, and types that are new to hubsync.
      return 'text'
  }
}

function isYesOrNo({ options }: PropertyDefinition): boolean {
  return options.length > 0 && options.every(({ value }) => ['true', 'false'].includes(value))
}

/** Ids of type `number` may be several in one value, with semicolons (reported by a connector). */
function isId(name: string): boolean {
  return /(^|_)ids?$/.test(name) || name === 'associatedcompanyid'
}

function isMoney(raw: PropertyDefinition['raw']): boolean {
  const { showCurrencySymbol, numberDisplayHint } = (raw ?? {}) as Record<string, unknown>
  return showCurrencySymbol === true || numberDisplayHint === 'currency'
}
