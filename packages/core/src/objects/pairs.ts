import { InvalidOptionError } from '../errors.js'
import { expectedGot, unexpected } from '../expected.js'
import { expectAssociable } from './allowed-types.js'
import type { ObjectDefinition } from './define-object.js'
import { findObject } from './find-object.js'
import { standardPairs } from './standard-pairs.js'
import type { NameOfType } from './type-names.js'

/** Two objects whose associations are read, in this direction. */
export interface Pair {
  /** `contacts_companies`, which is also the name of the table. */
  name: string
  /** The near end: the object whose records' associations are read. */
  from: ObjectDefinition
  /** The far end. */
  to: ObjectDefinition
}

/** The names that an end of a pair may be given by: the object's name, or any name of its type. */
export type EndName<Objects extends readonly ObjectDefinition[]> =
  | Objects[number]['name']
  | NameOfType<Objects[number]['type']>

/**
 * The pairs among these objects: those that were asked for, or all that HubSpot has by itself.
 *
 * @throws `InvalidOptionError` if an end isn't among the objects or can't be linked, or a pair is asked for twice.
 */
export function pairsAmong(
  objects: readonly ObjectDefinition[],
  wanted: readonly (readonly [from: string, to: string])[] | undefined,
): Pair[] {
  if (wanted === undefined) return defaultPairs(objects)
  const pairs = wanted.map(([from, to]) => pairOf(endNamed(objects, from), endNamed(objects, to)))
  const twice = pairs.find(({ from, to }, index) =>
    pairs.slice(0, index).some((earlier) => earlier.from === from && earlier.to === to),
  )
  if (twice)
    throw new InvalidOptionError(
      expectedGot(
        'each pair of the `associations` once',
        `${twice.from.name} → ${twice.to.name} twice`,
      ),
    )
  return pairs
}

/** The pairs among these objects that HubSpot has by itself. Their order doesn't depend on that of the objects. */
function defaultPairs(objects: readonly ObjectDefinition[]): Pair[] {
  const byType = new Map(objects.map((object) => [object.type, object]))
  return Object.entries(standardPairs).flatMap(([fromType, toTypes]) =>
    toTypes.flatMap((toType) => {
      const [from, to] = [byType.get(fromType), byType.get(toType)]
      return from && to ? [pairOf(from, to)] : []
    }),
  )
}

/** The pair of two objects, in this direction. */
export function pairOf(from: ObjectDefinition, to: ObjectDefinition): Pair {
  return { name: `${from.name}_${to.name}`, from, to }
}

function endNamed(objects: readonly ObjectDefinition[], name: string): ObjectDefinition {
  const found = findObject(objects, name)
  if (found) {
    expectAssociable(found)
    return found
  }
  throw unexpected(
    `both ends of each of the \`associations\` to be among the objects (${objects.map((object) => object.name).join(', ')})`,
    name,
  )
}

/**
 * Orders the objects so that the far end of a pair comes before its near end, as far as the pairs allow. Then the
 * associations of a record can be written with it.
 */
export function farEndsFirst(
  objects: readonly ObjectDefinition[],
  pairs: readonly Pair[],
): ObjectDefinition[] {
  const ordered: ObjectDefinition[] = []
  const visit = (object: ObjectDefinition, path: readonly ObjectDefinition[]): void => {
    if (ordered.includes(object) || path.includes(object)) return
    for (const { from, to } of pairs) if (from === object) visit(to, [...path, object])
    ordered.push(object)
  }
  for (const object of objects) visit(object, [])
  return ordered
}
