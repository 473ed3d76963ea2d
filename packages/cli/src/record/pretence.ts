/** What is known of a property whose values are replaced. */
export interface Described {
  readonly name: string
  readonly type: string
  readonly fieldType?: string | undefined
  readonly dataSensitivity?: string | undefined
  readonly options?: readonly { readonly value: string }[] | undefined
}

type Kind = 'email' | 'phone' | 'first' | 'last' | 'name' | 'domain' | 'url' | 'text'

const firstNames = ['Amina', 'Bruno', 'Clara', 'Davit', 'Elif', 'Farid', 'Greta', 'Hugo', 'Ines']
const lastNames = ['Almeida', 'Berg', 'Costa', 'Dvorak', 'Eriksen', 'Fontaine', 'Gruber', 'Haas']
const FILLER = 'and so on, in words that say nothing of anybody, '

/** Texts that tell how records hang together, and nothing of a person. */
const STRUCTURE = new Set([
  'hs_object_id',
  'hs_merged_object_ids',
  'hs_calculated_merged_vids',
  'hs_object_source',
  'hs_object_source_label',
  'pipeline',
  'dealstage',
  'hs_pipeline',
  'hs_pipeline_stage',
])

const PERSONAL_DATE = /birth|death|dob(?![a-z])/
const PERSONAL_NUMBER = /phone|mobile|fax|ssn|iban|passport|tax_id|account_number|zip|postal/

/** As ISO-8601, with or without a time, or in milliseconds. */
const MOMENT = /^(\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-][\d:]+)?)?|\d+(\.\d+)?)$/

const nth = (list: readonly string[], number: number): string => {
  const round = Math.floor((number - 1) / list.length)
  return `${list[(number - 1) % list.length]}${round === 0 ? '' : ` ${round + 1}`}`
}

const makers: Readonly<Record<Kind, (number: number, before: string) => string>> = {
  email: (number) => `person.${number}@example.com`,
  phone: (number) => `+1555${String(number).padStart(7, '0')}`,
  first: (number) => nth(firstNames, number),
  last: (number) => nth(lastNames, number),
  name: (number) => `Name ${number}`,
  domain: (number) => `site-${number}.example`,
  url: (number) => `https://site-${number}.example/`,
  text: (number, before) => {
    const start = `Text ${number} `
    return start
      .padEnd(before.length, FILLER)
      .slice(0, Math.max(before.length, start.length))
      .trim()
  },
}

/** Patterns of property names with `*`. */
const anyOf = (patterns: readonly string[]) => {
  const tests = patterns.map(
    (pattern) => new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`),
  )
  return (name: string) => tests.some((test) => test.test(name))
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}

/**
 * Replaces personal data. The same value becomes the same replacement wherever it stands, and a different one another.
 * Replacements are numbered in the order in which they are asked for, so nothing of the value is in them.
 */
export class Pretence {
  readonly #numbers = new Map<Kind, Map<string, number>>()
  readonly #isKept: (name: string) => boolean
  readonly #isReplaced: (name: string) => boolean

  constructor({ keep, replace }: { keep: readonly string[]; replace: readonly string[] }) {
    this.#isKept = anyOf(keep)
    this.#isReplaced = anyOf(replace)
  }

  email = (value: string): string => this.#of('email', value)
  first = (value: string): string => this.#of('first', value)
  last = (value: string): string => this.#of('last', value)
  name = (value: string): string => this.#of('name', value)

  /** The value of a property for a recording; undefined for one that is left out. */
  value(property: Described, value: string): string | undefined {
    const { name, type, dataSensitivity = 'non_sensitive' } = property
    if (value === '' || this.#isKept(name) || STRUCTURE.has(name)) return value
    if (dataSensitivity !== 'non_sensitive') return undefined
    if (!this.#isReplaced(name) && isHarmless(property, value)) return value
    if (type === 'date') return '1980-01-01'
    if (type === 'datetime') return '1980-01-01T00:00:00.000Z'
    if (type === 'json') return '{}'
    if (type === 'object_coordinates') return undefined
    if (type === 'number' && /^[\d.+-]+$/.test(value)) return String(this.#number('phone', value))
    const kind = kindOf(property, value)
    // Further e-mail addresses stand beside each other.
    if (kind === 'email') return value.split(';').map(this.email).join(';')
    return this.#of(kind, value)
  }

  #of(kind: Kind, value: string): string {
    return value === '' ? '' : makers[kind](this.#number(kind, value), value)
  }

  #number(kind: Kind, value: string): number {
    const numbers = this.#numbers.get(kind) ?? new Map<string, number>()
    this.#numbers.set(kind, numbers)
    const key = value.trim().toLowerCase()
    const number = numbers.get(key) ?? numbers.size + 1
    numbers.set(key, number)
    return number
  }
}

/** Numbers, dates, yes and no, and choices of a list. What isn't of its type may be any text. */
function isHarmless({ name, type, options = [] }: Described, value: string): boolean {
  switch (type) {
    case 'bool':
      return value === 'true' || value === 'false'
    case 'number':
      return /^-?[\d.]+(e[+-]?\d+)?$/i.test(value) && !PERSONAL_NUMBER.test(name)
    case 'date':
    case 'datetime':
      return MOMENT.test(value) && !PERSONAL_DATE.test(name)
    case 'enumeration': {
      // Owners and other choices that are defined elsewhere are ids.
      const known = new Set(options.map((option) => option.value))
      return value.split(';').every((part) => known.has(part) || /^\d*$/.test(part))
    }
    default:
      return false
  }
}

function kindOf({ name, type, fieldType }: Described, given: string): Kind {
  const value = given.trim()
  if (/^[^\s@;]+@[^\s@;]+(\s*;\s*[^\s@;]+@[^\s@;]+)*;?$/.test(value)) return 'email'
  if (type === 'phone_number' || fieldType === 'phonenumber' || /phone|mobile|fax/.test(name))
    return 'phone'
  if (/^https?:\/\//i.test(value)) return 'url'
  if (/domain|website/.test(name)) return 'domain'
  if (/first_?name/.test(name)) return 'first'
  if (/last_?name/.test(name)) return 'last'
  return /name$|subject$|title$/.test(name) ? 'name' : 'text'
}
