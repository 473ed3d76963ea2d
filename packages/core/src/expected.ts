import { InvalidOptionError } from './errors.js'
import { harmless } from './harmless-text.js'

// The one way to say what is wrong with a value that somebody gave: in an option, a definition, a read or on the
// command line.

/** Most characters of a value in a message. */
const LONGEST = 200

/**
 * What was expected, what came, and what to do: "Expected `limit` to be above 0, got 0. Leave it out."
 *
 * @param expectation - what was expected, such as "`limit` to be above 0".
 * @param got - what came, as {@link show} returns it, or in words if it may be a secret.
 * @param advice - what to do, in whole sentences. Default: none.
 */
export function expectedGot(expectation: string, got: string, advice?: string): string {
  const message = `Expected ${expectation}, got ${got}.`
  return advice === undefined ? message : `${message} ${advice}`
}

/**
 * Makes the error for a value that isn't as expected. The message shows the value as {@link show} does, so never give
 * it a secret.
 *
 * @param expectation - what was expected, such as "`limit` to be above 0".
 * @param advice - what to do, in whole sentences. Default: none.
 */
export function unexpected(
  expectation: string,
  value: unknown,
  advice?: string,
): InvalidOptionError {
  return new InvalidOptionError(expectedGot(expectation, show(value), advice))
}

/**
 * The message for an unknown option.
 *
 * @param where - what it was given to, such as "list(…)".
 * @param known - the options there are. Default: the message names none.
 */
export function noOptionNamed(name: string, where: string, known?: readonly string[]): string {
  const message = `Expected no option named \`${name}\` in ${where}.`
  if (known === undefined) return message
  return known.length === 0
    ? `${message} There are no options.`
    : `${message} The options are ${known.join(', ')}.`
}

/**
 * A value for a message: on one line, at most 200 characters long, without credentials. A text is in quotation marks,
 * and ends where a query or fragment begins, which may contain a key. For lists, objects and functions only the kind is
 * shown.
 */
export function show(value: unknown): string {
  if (typeof value === 'string') {
    const shown = value.replace(/^(\S*[?#])\S.*$/s, '$1…')
    return harmless(JSON.stringify(shown), LONGEST)
  }
  if (typeof value === 'number' || typeof value === 'boolean' || value === null)
    return String(value)
  return kindOf(value)
}

/** The kind of a value, in words. Secrets are only shown like this. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (value === '') return 'an empty string'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
