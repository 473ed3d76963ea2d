type Json = unknown

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same with one item in each list at most: the others are of the same shape. */
export const shortened = (value: Json): Json => {
  if (Array.isArray(value)) return value.slice(0, 1).map(shortened)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item)]))
}

/** Copies of a reply, each with one fault: a value of another type somewhere, or a field too many in an object. */
export function* planted(value: Json): Generator<Json> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      for (const one of planted(item)) yield value.with(index, one)
    yield { planted: true }
    return
  }
  if (!isObject(value)) {
    yield typeof value === 'number' ? String(value) : { planted: true }
    return
  }
  for (const [key, item] of Object.entries(value))
    for (const one of planted(item)) yield { ...value, [key]: one }
  yield { ...value, planted: { planted: true } }
}
