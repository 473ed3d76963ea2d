import { InvalidOptionError } from '../errors.js'
import { expectedGot, kindOf, show } from '../expected.js'
import { filterExpectations, filterFromText } from '../map/filter-value.js'
import type { ColumnKind } from '../objects/columns.js'

type Value = string | number | boolean | null

/**
 * Checks the filter of a list, and brings its values into the form of their columns, as the mapping does with those of
 * HubSpot: what a person types finds what is stored.
 *
 * @throws `InvalidOptionError` for a column that the object doesn't have, or a value that doesn't fit its column.
 */
export function resolveWhere(
  { name: object, columns }: { name: string; columns: Record<string, { kind: ColumnKind }> },
  where: unknown,
): Record<string, Value> | undefined {
  if (where === undefined) return undefined
  if (where === null || typeof where !== 'object' || Array.isArray(where))
    throw new InvalidOptionError(
      expectedGot(
        '`where` in list(…) to be an object such as { email: "a@example.com" }',
        show(where),
      ),
    )
  const values = Object.entries(where).map(([name, given]): [string, Value] => {
    const column = Object.hasOwn(columns, name) ? columns[name] : undefined
    if (!column)
      throw new InvalidOptionError(
        `Expected \`where.${name}\` in list(…) to be a column of "${object}" (${Object.keys(columns).join(', ')}).`,
      )
    return [name, valueFor(column.kind, name, given)]
  })
  return Object.fromEntries(values)
}

function valueFor(kind: ColumnKind, name: string, given: unknown): Value {
  if (given === null) return null
  const value = isOf(kind, given) ? filterFromText(kind, String(given)) : undefined
  // An empty text isn't read as null: it comes from a form or variable that was never filled.
  if (value !== undefined && value !== null) return value
  const option = `\`where.${name}\` in list(…) to be`
  if (kind === 'list')
    throw new InvalidOptionError(
      expectedGot(`${option} null`, kindOf(given), 'Lists are not compared: use SQL.'),
    )
  const got = given === undefined || given === '' ? kindOf(given) : show(given)
  const advice = given === undefined ? 'Leave the column out to get all rows.' : undefined
  throw new InvalidOptionError(
    expectedGot(
      `${option} ${filterExpectations[kind]}, or null for rows without a value`,
      got,
      advice,
    ),
  )
}

/** Whether the value has the type that columns of this kind have in TypeScript. */
function isOf(kind: ColumnKind, value: unknown): boolean {
  if (kind === 'integer' || kind === 'number') return typeof value === 'number'
  return typeof value === (kind === 'boolean' ? 'boolean' : 'string')
}
