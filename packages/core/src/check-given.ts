import * as v from 'valibot'
import { type Duration, millisecondsOf } from './durations.js'
import { InvalidOptionError } from './errors.js'
import { expectedGot, kindOf, noOptionNamed, show, unexpected } from './expected.js'

/** Options whose values are never shown. */
const secret: readonly string[] = ['accessToken']

/** A schema of options that refuses unknown ones. */
export type OptionsSchema = v.StrictObjectSchema<v.ObjectEntries, undefined>

/**
 * Checks options, and fills in their defaults. The messages of the schema say what is expected: "a number above 0".
 *
 * @param where - what they were given to, such as "run(…)".
 * @throws `InvalidOptionError` that says what was expected and what came.
 */
export function checkGiven<Schema extends OptionsSchema>(
  schema: Schema,
  given: unknown,
  where: string,
): v.InferOutput<Schema> {
  if (given === null || typeof given !== 'object' || Array.isArray(given))
    throw unexpected(`${where} to be given an object of options`, given)
  const result = v.safeParse(schema, given, { abortEarly: true })
  if (result.success) return result.output
  const [issue] = result.issues
  const path = issue.path?.map(({ key }) => String(key)) ?? []
  const name = path.join('.')
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const known = path.length > 1 ? undefined : Object.keys(schema.entries)
    throw new InvalidOptionError(noOptionNamed(name, where, known))
  }
  // For a missing option, valibot uses the message of the object, which says less than the option's own.
  const last = issue.path?.at(-1)
  const missing = last?.origin === 'key' ? schema.entries[name] : undefined
  const expected = missing && 'message' in missing ? missing.message : issue.message
  const got = path.some((key) => secret.includes(key)) ? kindOf(last?.value) : show(last?.value)
  throw new InvalidOptionError(expectedGot(`\`${name}\` in ${where} to be ${expected}`, got))
}

/** A check that a value has these methods. */
export const has =
  (...methods: string[]) =>
  (value: unknown): boolean =>
    methods.every((name) =>
      isFunction((value as Record<string, unknown> | null | undefined)?.[name]),
    )

export const isFunction = (value: unknown): boolean => typeof value === 'function'

/** A finite number above 0. */
export const above0 = (what: string) => v.pipe(v.number(what), v.finite(what), v.gtValue(0, what))

/** A length of time, which becomes milliseconds. */
export const duration = (what: string) =>
  v.pipe(
    v.custom<Duration>((value) => millisecondsOf(value) !== undefined, what),
    v.transform((value) => millisecondsOf(value) as number),
  )
