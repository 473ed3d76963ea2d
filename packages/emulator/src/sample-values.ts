import { sampleWords } from './catalogue/sample-words.js'
import type { DefinedProperty } from './property-entries.js'
import type { Random } from './random.js'

const DAY = 86_400_000

/** What a value is made from. */
export interface SampleContext {
  readonly random: Random
  /** The number of the record, from 1 on. */
  readonly number: number
  /** When the record was created. */
  readonly createdAt: number
}

/** A sensible value of a property; undefined for one that HubSpot fills itself. */
export function sampleValue(property: DefinedProperty, context: SampleContext): string | undefined {
  const { random, createdAt } = context
  if (property.calculated || property.fieldType.startsWith('calculation')) return undefined
  switch (property.type) {
    case 'enumeration':
      return property.options.length > 0 ? random.pick(property.options).value : undefined
    case 'bool':
      return String(random.next() < 0.5)
    case 'number':
      return property.showCurrencySymbol
        ? `${random.integer(1, 40_000)}.${random.integer(10, 99)}`
        : String(random.integer(0, 500))
    case 'date':
      return new Date(createdAt + random.integer(-90, 180) * DAY).toISOString().slice(0, 10)
    case 'datetime':
      return new Date(createdAt + random.integer(-90 * DAY, 90 * DAY)).toISOString()
    case 'phone_number':
      return phone(random)
    case 'object_coordinates':
      return `${random.integer(40, 60)}.${random.integer(1_000, 9_999)},${random.integer(1, 20)}.5`
    case 'json':
      return '{}'
    case 'string':
      return sampleText(property, context)
  }
}

function sampleText(
  { name, fieldType }: DefinedProperty,
  { random, number }: SampleContext,
): string {
  const { firstNames, lastNames, cities, countries, things, deeds, sentences } = sampleWords
  if (/(^|_)email|hs_sender/.test(name) && !/subject|text|html|headers/.test(name))
    return `${random.pick(firstNames).toLowerCase()}.${number}@example.com`
  if (/first_?name|given_name/.test(name)) return random.pick(firstNames)
  if (/last_?name|family_name/.test(name)) return random.pick(lastNames)
  if (/phone|_number$/.test(name)) return phone(random)
  if (/city/.test(name)) return random.pick(cities)
  if (/country/.test(name)) return random.pick(countries)
  if (/domain/.test(name)) return `company-${number}.example`
  if (/url|website|_link/.test(name)) return `https://example.com/${name}/${number}`
  if (/currency/.test(name)) return 'EUR'
  if (/(_id|_uuid|_sku|_key|ids)$/.test(name)) return `${random.hex(4)}-${number}`
  if (fieldType === 'html') return `<p>${random.pick(sentences)}</p>`
  if (fieldType === 'textarea' || /body|text|note/.test(name)) return random.pick(sentences)
  return `${random.pick(deeds)} ${random.pick(things)} ${number}`
}

function phone(random: Random): string {
  return `+49 30 ${random.integer(1_000_000, 9_999_999)}`
}
