import { InvalidOptionError } from '../errors.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { findObject } from '../objects/find-object.js'
import type { MirrorOptions } from '../options.js'

/** @throws `InvalidOptionError` where the mirror has no such object. */
export function objectNamed(
  { objects }: Pick<MirrorOptions, 'objects'>,
  name: string,
): ObjectDefinition {
  const found = findObject(objects, name)
  if (found) return found
  throw new InvalidOptionError(
    `Expected the name of a mirrored object (${objects.map((object) => object.name).join(', ')}), got ${JSON.stringify(name)}.`,
  )
}

/** @throws `InvalidOptionError` unless these are record ids, up to 10,000. */
export function expectIds(ids: unknown): void {
  const most = 10_000
  const isId = (id: unknown) => /^\d+$/.test(String(id))
  if (Array.isArray(ids) && ids.length <= most && ids.every(isId)) return
  throw new InvalidOptionError(
    `Expected a list of up to ${most} record ids such as ["501"], got ${JSON.stringify(ids)?.slice(0, 80)}.`,
  )
}
