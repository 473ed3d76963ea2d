import { InvalidOptionError } from '../errors.js'
import { expectedGot, show, unexpected } from '../expected.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { findObject } from '../objects/find-object.js'
import type { MirrorOptions } from '../options.js'

/** Most records that one call reads. */
const MOST_IDS = 10_000

/** @throws `InvalidOptionError` where the mirror has no such object. */
export function objectNamed(
  { objects }: Pick<MirrorOptions, 'objects'>,
  name: string,
): ObjectDefinition {
  const found = findObject(objects, name)
  if (found) return found
  throw unexpected(
    `the name of a mirrored object (${objects.map((object) => object.name).join(', ')})`,
    name,
  )
}

/** @throws `InvalidOptionError` unless these are record ids, up to 10,000. */
export function expectIds(ids: unknown): void {
  const expectation = `a list of up to ${MOST_IDS} record ids such as ["501"]`
  if (!Array.isArray(ids)) throw unexpected(expectation, ids)
  if (ids.length > MOST_IDS)
    throw new InvalidOptionError(expectedGot(expectation, `one of ${ids.length}`))
  const wrong = ids.findIndex((id) => !isId(id))
  if (wrong >= 0)
    throw new InvalidOptionError(expectedGot(expectation, `one with ${show(ids[wrong])} in it`))
}

/** @throws `InvalidOptionError` unless this is a record id. */
export function expectId(id: unknown): void {
  if (!isId(id)) throw unexpected('`id` to be a record id such as "501"', id)
}

function isId(id: unknown): boolean {
  return /^\d+$/.test(String(id))
}
