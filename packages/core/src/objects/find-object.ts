import { InvalidOptionError } from '../errors.js'
import { expectedGot } from '../expected.js'
import type { ObjectDefinition } from './define-object.js'
import { canonicalType } from './type-names.js'

/** The object that a name of its own, or else any name of its type, stands for. */
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

/** @throws `InvalidOptionError` where two objects are one and the same type: each would be written without the other's knowledge. */
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
