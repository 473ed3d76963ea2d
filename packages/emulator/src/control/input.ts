/** What was given has a wrong form. The message says where, what was expected and what came. */
export class InputError extends TypeError {}

/** Checks a value, and throws an {@link InputError} that names its place. */
export type Check = (value: unknown, place: string) => void

/** A value in a message: short, and with its kind. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function fail(place: string, expected: string, value: unknown): never {
  throw new InputError(`Expected ${place || 'the body'} to be ${expected}, got ${shown(value)}.`)
}

/** A value that fits. */
export const of =
  (expected: string, fits: (value: unknown) => boolean): Check =>
  (value, place) => {
    if (!fits(value)) fail(place, expected, value)
  }

export const text = of('a text', (value) => typeof value === 'string' && value !== '')
export const anyText = of('a text', (value) => typeof value === 'string')
export const yesOrNo = of('true or false', (value) => typeof value === 'boolean')
export const number = of('a number', (value) => typeof value === 'number')
export const anything: Check = () => {}

/** A whole number within a range. */
export const whole = (from: number, upTo = Number.MAX_SAFE_INTEGER): Check =>
  of(
    upTo === Number.MAX_SAFE_INTEGER
      ? `a whole number from ${from} on`
      : `a whole number from ${from} to ${upTo}`,
    (value) =>
      Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= upTo,
  )

/** An id: digits, as text or as a number. */
export const id = of(
  'an id of digits',
  (value) =>
    (typeof value === 'string' || Number.isSafeInteger(value)) && /^\d+$/.test(String(value)),
)

/** A date as text, or milliseconds since 1970. */
export const moment = of(
  'an ISO date or milliseconds since 1970',
  (value) =>
    (typeof value === 'number' || typeof value === 'string') &&
    Number.isFinite(new Date(value).getTime()),
)

/** One of these texts. */
export const oneOf = (values: readonly string[]): Check =>
  of(`one of ${values.join(', ')}`, (value) => values.includes(value as string))

/** Either of two. */
export const either =
  (one: Check, other: Check): Check =>
  (value, place) => {
    try {
      one(value, place)
    } catch {
      other(value, place)
    }
  }

/** A list of such values. */
export const listOf =
  (each: Check): Check =>
  (value, place) => {
    if (!Array.isArray(value)) return fail(place, 'a list', value)
    for (const [index, one] of value.entries()) each(one, `${place}[${index}]`)
  }

function fieldsOf(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    fail(place, 'an object', value)
  return value as Record<string, unknown>
}

const placeOf = (place: string, name: string) => (place === '' ? name : `${place}.${name}`)

/** An object with names of its own, and such a value for each. */
export const namesTo =
  (each: Check): Check =>
  (value, place) => {
    for (const [name, one] of Object.entries(fieldsOf(value, place)))
      each(one, placeOf(place, name))
  }

/** An object with these fields and no others. */
export const fields =
  (known: Readonly<Record<string, Check>>, ...required: string[]): Check =>
  (value, place) => {
    const given = fieldsOf(value, place)
    const unknown = Object.keys(given).filter((name) => !Object.hasOwn(known, name))
    if (unknown.length > 0)
      throw new InputError(
        `Expected ${place || 'the body'} to have no field named ${unknown.join(', ')}. The fields are ${Object.keys(known).join(', ')}.`,
      )
    for (const [name, check] of Object.entries(known))
      if (given[name] !== undefined || required.includes(name))
        check(given[name], placeOf(place, name))
  }
