import { InvalidOptionError } from '../errors.js'
import { unexpected } from '../expected.js'
import type { ObjectDefinition } from './define-object.js'
import { standardTypeOf } from './standard-types.js'

/** Whether a version of HubSpot's API has the type of an object. */
export function isTypeOf(apiVersion: string, object: { readonly type: string }): boolean {
  return !standardTypeOf(object)?.absentFrom?.includes(apiVersion)
}

/**
 * Checks that a version of HubSpot's API has the types of these objects.
 *
 * @throws `InvalidOptionError` that names the type.
 */
export function expectTypesOf(apiVersion: string, objects: readonly ObjectDefinition[]): void {
  const absent = objects.find((object) => !isTypeOf(apiVersion, object))
  if (absent === undefined) return
  throw unexpected(
    `\`apiVersion\` to be a version in which HubSpot can be asked for all records of ${absent.type}`,
    apiVersion,
    `Leave \`apiVersion\` out, or leave "${absent.name}" out of \`objects\`.`,
  )
}

/** Whether HubSpot links records of a type with any others. */
export function isAssociable(object: { readonly type: string }): boolean {
  return standardTypeOf(object)?.isAssociable !== false
}

/**
 * Checks that HubSpot can link records of this object with others.
 *
 * @throws `InvalidOptionError` that names the object.
 */
export function expectAssociable(object: ObjectDefinition): void {
  if (isAssociable(object)) return
  throw new InvalidOptionError(
    `Expected both ends of each of the \`associations\` to be objects whose records HubSpot links with others, but it links no ${object.type}. Leave the pair with "${object.name}" out.`,
  )
}
