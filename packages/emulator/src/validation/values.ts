import type { HubspotOption } from '../catalogue/definition.js'
import type { DefinedProperty } from '../property-entries.js'

/** A value in the form in which it is stored, or why it can't be stored. */
export type Checked = { readonly value: string } | { readonly code: string; readonly why: string }

/** What else a value may depend on. */
export interface Surroundings {
  /** The value that the record has. */
  readonly before: string
  /** The choices that it must be one of; none if it can be any. */
  readonly choices: readonly HubspotOption[]
  /** Whether somebody with this id can own a record. */
  readonly isOwner: (id: string) => boolean
}

/** Source: HubSpot docs, "Properties". */
const LONGEST_TEXT = 65_536

/**
 * Checks a value that a call sends. Empty text is always allowed: it clears the property. Source of codes and messages:
 * several issue trackers; those of owners and long texts are made up.
 */
export function checkValue(
  property: DefinedProperty,
  text: string,
  surroundings: Surroundings,
): Checked {
  if (text === '') return { value: '' }
  if (property.referencedObjectType === 'OWNER')
    return surroundings.isOwner(text)
      ? { value: text }
      : { code: 'INVALID_OWNER_ID', why: `Owner with id ${text} is not valid` }
  const check = CHECKS[property.type]
  return check ? check(text, property, surroundings) : { value: text }
}

type Check = (text: string, property: DefinedProperty, surroundings: Surroundings) => Checked

const CHECKS: Readonly<Record<string, Check>> = {
  string: (text, { name }) => (name === 'email' ? checkEmail(text) : checkLength(text)),
  number: (text) =>
    /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
      ? { value: text }
      : { code: 'INVALID_NUMERIC', why: `${text} was not a valid number.` },
  bool: (text) => {
    const value = text.toLowerCase()
    return value === 'true' || value === 'false' ? { value } : notAllowed(text, ['true', 'false'])
  },
  date: checkDate,
  datetime: (text) => {
    const at = momentOf(text)
    return at === undefined
      ? { code: 'INVALID_LONG', why: `${text} was not a valid long.` }
      : { value: new Date(at).toISOString() }
  },
  enumeration: (text, { fieldType }, { before, choices }) => {
    const allowed = choices.map(({ value }) => value)
    const isAllowed = (value: string) => allowed.length === 0 || allowed.includes(value)
    if (fieldType !== 'checkbox')
      return isAllowed(text) ? { value: text } : notAllowed(text, allowed)
    // A semicolon in front adds to the value. Source: HubSpot docs, "Properties".
    const added = text.startsWith(';') ? before.split(';') : []
    const chosen = [...added, ...text.split(';')].map((one) => one.trim()).filter(Boolean)
    const wrong = chosen.find((one) => !isAllowed(one))
    return wrong === undefined
      ? { value: [...new Set(chosen)].join(';') }
      : notAllowed(wrong, allowed)
  },
}

function notAllowed(text: string, allowed: readonly string[]): Checked {
  const why = `${text} was not one of the allowed options: [${allowed.join(', ')}]`
  return { code: 'INVALID_OPTION', why }
}

function checkLength(text: string): Checked {
  if (text.length <= LONGEST_TEXT) return { value: text }
  const why = `The value has ${text.length} characters. At most ${LONGEST_TEXT} are allowed.`
  return { code: 'VALUE_TOO_LONG', why }
}

/** E-mail addresses are kept in lower case. */
function checkEmail(text: string): Checked {
  const address = text.trim().toLowerCase()
  return /^[^\s@;,]+@[^\s@;,]+\.[^\s@;,.]{2,}$/.test(address)
    ? { value: address }
    : { code: 'INVALID_EMAIL', why: `Email address ${text} is invalid` }
}

/** A day, or midnight of it in UTC. Source: HubSpot docs, "Properties". */
function checkDate(text: string): Checked {
  const at = momentOf(text)
  if (at === undefined) return { code: 'INVALID_DATE', why: `${text} was not a valid date.` }
  const moment = new Date(at)
  if (at % 86_400_000 === 0) return { value: moment.toISOString().slice(0, 10) }
  const time = [
    moment.getUTCHours(),
    moment.getUTCMinutes(),
    `${moment.getUTCSeconds()}.${moment.getUTCMilliseconds()}`,
  ]
  return { code: 'INVALID_DATE', why: `${text} is at ${time.join(':')} UTC, not midnight!` }
}

const ISO_DATE = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/** A moment in ISO-8601, or in milliseconds. */
function momentOf(text: string): number | undefined {
  if (/^-?\d{1,15}$/.test(text)) return Number(text)
  const [, day, time, , , zone] = ISO_DATE.exec(text) ?? []
  if (day === undefined || !isDay(day)) return undefined
  const at = Date.parse(time && !zone ? `${text}Z` : text)
  return Number.isNaN(at) ? undefined : at
}

/** To JavaScript, 31 February is the third of March. */
function isDay(day: string): boolean {
  const at = Date.parse(day)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day)
}
