import { InvalidOptionError } from '../errors.js'
import { expectedGot } from '../expected.js'
import type { ObjectDefinition } from './define-object.js'
import { canonicalType } from './type-names.js'

/** The object with this name, or else with any name of its type. */
export function findObject(
  objects: readonly ObjectDefinition[],
  name: string,
): ObjectDefinition | undefined {
  const type = canonicalType(String(name))
  return (
    objects.find((object) => object.name === name) ??
    objects.find((object) => object.type === type || object.typeId === name)
  )
}

/**
 * @throws `InvalidOptionError` if two objects are of the same type: each would be written without the other's
 * knowledge.
 */
export function expectEachTypeOnce(objects: readonly ObjectDefinition[]): void {
  const byType = new Map<string, ObjectDefinition>()
  for (const object of objects) {
    const key = object.typeId ?? object.type.toLowerCase()
    const other = byType.get(key)
    if (other && other.name !== object.name)
      throw new InvalidOptionError(
        expectedGot(
          'the `objects` to have each type once',
          `"${other.name}" and "${object.name}", which are both of the type "${object.type}"`,
          'Give one definition all the columns.',
        ),
      )
    byType.set(key, object)
  }
}
