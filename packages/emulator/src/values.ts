import type { ObjectType } from './object-types.js'

/** A value that a test can set: `null` and `undefined` mean empty, `''` means cleared. */
export type PropertyValue = string | number | boolean | Date | null | undefined

/** Property values by name. */
export type Values = Readonly<Record<string, PropertyValue>>

/** The stored values after a change. */
export function changedValues(
  type: ObjectType,
  before: Readonly<Record<string, string>>,
  changes: Values,
): Record<string, string> {
  const fixed = ['hs_object_id', type.createdProperty, type.modifiedProperty]
  const after: Record<string, string> = { ...before }
  for (const [name, value] of Object.entries(changes)) {
    if (fixed.includes(name))
      throw new Error(
        `Expected ${name} as an option, got it as a property. Set id, createdAt or updatedAt instead.`,
      )
    if (value === null || value === undefined) delete after[name]
    else after[name] = value instanceof Date ? value.toISOString() : String(value)
  }
  return after
}
