import type { PropertyDefinition, PropertyType } from './definition.js'

/** What a letter before a property's name says. */
const LETTERS: Readonly<Record<string, Partial<PropertyDefinition>>> = {
  c: { calculated: true },
  r: { readOnly: true },
  h: { hidden: true },
  f: { formField: true },
  e: { externalOptions: true },
  u: { hasUniqueValue: true },
  $: { showCurrencySymbol: true },
  o: { readOnlyOptions: false },
  O: { readOnlyOptions: true },
  t: { dateDisplayHint: 'time_since' },
}

/**
 * HubSpot's properties from a table. A line without an indent is the type and field type of those below it. Others are
 * `letters name: Label = choice; choice`, with `-` for no letters.
 */
export function tableOf(groupName: string, text: string): PropertyDefinition[] {
  const properties: PropertyDefinition[] = []
  let kind: Pick<PropertyDefinition, 'type' | 'fieldType'> = { type: 'string' }
  for (const line of text.split('\n')) {
    const [, letters, name, label, choices] =
      /^ {2}(\S+) (\w+): (.*?)(?: = (.*))?$/.exec(line) ?? []
    const [type, fieldType] = line.split(' ')
    if (letters !== undefined)
      properties.push({
        name: name!,
        label: label!,
        ...kind,
        groupName,
        hubspotDefined: true,
        // Computed values aren't always read-only, and forms only have what the table says.
        readOnly: false,
        formField: false,
        ...(choices === undefined ? {} : { options: choices.split('; ') }),
        ...Object.assign({}, ...[...letters].map((letter) => LETTERS[letter] ?? {})),
      })
    else if (fieldType) kind = { type: type as PropertyType, fieldType }
  }
  return properties
}
